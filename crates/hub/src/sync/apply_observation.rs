//! Applies an observation: stores it and notifies the affected customers. This is the only path for observations from
//! every source: webhook, sweep, refresh, activation, or a person in the console.

use jiff::Timestamp;
use tessera_core::invitations::InvitationState;
use tessera_core::kernel::customer::{Customer, Link};
use tessera_core::kernel::normalise;
use tessera_core::kernel::plan::{Plan, Stamp};
use tessera_core::kernel::record::{Attributes, Kind, Observation, RecordKey};
use tessera_core::sync::absence::{self, Missing};
use tessera_core::sync::device_assignment::{self, AssignmentContext};
use tessera_core::sync::hold::{HoldChange, PlannedOn, Taking};
use tessera_core::sync::merge::{self, Merged};
use tessera_core::sync::observe;
use tessera_store::{Binding, StoreError, StoredRecord};

use crate::commit::commit;
use crate::sync::sweep::Verdict;
use crate::{Ctx, Hub, HubError};

pub(crate) use tessera_core::sync::observe::ReadRecord;

/// The changes that follow from an observation, and the state they were planned on.
#[derive(Debug, Default)]
pub(crate) struct Planned {
    /// The changes.
    pub plan: Plan,
    /// The stored record that the plan is based on. `None` if the object is new.
    pub on: Option<PlannedOn>,
    /// The hold in which the record's change waits, if any.
    pub binding: Option<Binding>,
    /// Other records of the plan with a held change, with their read times.
    pub waiting: Vec<(RecordKey, Timestamp)>,
}

impl Planned {
    /// The plan, preceded by the release of held changes that this reading supersedes, and by the count of its own
    /// removals. Both come first, so that a plan that expects a record cannot bypass a held change of it, and a
    /// released change does not count twice.
    pub(crate) fn settling(self, seen: &ReadRecord, taking: Option<Taking>, now: Timestamp) -> Plan {
        let mut settled = Plan::default();
        let own = self.binding.map(|_| (seen.key().clone(), seen.read_at()));
        for (key, read_at) in own.into_iter().chain(self.waiting) {
            let release = HoldChange::Release { key, read_at, at: now };
            settled.hold(release, "what was read now takes the place of what waited");
        }
        if let Some(taking) = taking {
            settled.hold(HoldChange::Take(taking), "what nobody decided counts, and is limited");
        }
        settled.extend(self.plan);
        settled
    }
}

impl Hub {
    /// Plans and applies an observation, and retries on a conflict. A later reading is never overwritten. When
    /// customers would lose too much within a short time, the brake holds the change (`H04`). The caller must then not
    /// write any of it in another way.
    pub(crate) async fn apply_observation(&self, seen: &ReadRecord, ctx: &Ctx) -> Result<Verdict, HubError> {
        self.apply_read(seen, true, ctx).await
    }

    /// Applies an observation after a person's decision. The brake does not apply.
    pub(crate) async fn apply_decided(&self, seen: &ReadRecord, ctx: &Ctx) -> Result<(), HubError> {
        self.apply_read(seen, false, ctx).await.map(drop)
    }

    async fn apply_read(&self, seen: &ReadRecord, braked: bool, ctx: &Ctx) -> Result<Verdict, HubError> {
        commit!(self, ctx, |tx| {
            let Some(planned) = self.plan_observed(seen, tx.stamp).await? else { return Ok(Verdict::Go) };
            let (verdict, plan) = if braked {
                self.brake(seen, planned).await?
            } else {
                (Verdict::Go, planned.settling(seen, None, tx.stamp.now))
            };
            tx.extend(plan);
            Ok(verdict)
        })
    }

    /// Applies a record that was read successfully.
    pub(crate) async fn observed(&self, observation: Observation, ctx: &Ctx) -> Result<Verdict, HubError> {
        self.apply_observation(&ReadRecord::There(Box::new(observation)), ctx).await
    }

    /// Plans the changes for an observation. `None` if a later reading is stored or waits for a decision, or if a
    /// missing object was never known.
    ///
    /// The stored record is read first, and everything else that the plan is based on after it. So a plan made from two
    /// states expects a version of the record that no longer exists, and is rejected.
    pub(crate) async fn plan_observed(
        &self,
        seen: &ReadRecord,
        stamp: Stamp<'_>,
    ) -> Result<Option<Planned>, StoreError> {
        let known = self.reads().record(seen.key()).await?;
        if let Some(known) = known.as_ref().filter(|known| known.read_at > seen.read_at()) {
            return Ok(self.overtaken(seen, known.read_at, stamp));
        }
        let binding = match known.as_ref().and_then(|known| known.held_at) {
            Some(_) => self.reads().binding(seen.key()).await?,
            None => None,
        };
        if let Some(binding) = binding.filter(|binding| binding.read_at > seen.read_at()) {
            return Ok(self.overtaken(seen, binding.read_at, stamp));
        }
        let on = known.as_ref().map(|known| PlannedOn { read_at: known.read_at, content_hash: known.content_hash });
        let mut waiting = Vec::new();
        let plan = match (seen, known) {
            (ReadRecord::There(observation), known) => {
                let mut observation = observation.clone();
                if let Some(known) = &known {
                    observation.attributes.complete(&known.attributes);
                }
                self.plan_there(&observation, known, stamp).await?
            }
            (ReadRecord::Missing { .. }, None) => return Ok(None),
            // A deletion that is recorded already is not recorded again.
            (ReadRecord::Missing { .. }, Some(known)) if known.gone_at.is_some() => return Ok(None),
            (ReadRecord::Missing { read_at, merge_target, .. }, Some(known)) => {
                self.plan_missing(known, *read_at, merge_target.as_deref(), &mut waiting, stamp).await?
            }
        };
        Ok(Some(Planned { plan, on, binding, waiting }))
    }

    /// The plan for a reading when a later one is stored: none, unless the two are from different processes and their order
    /// is unknown. Then the object is read again.
    fn overtaken(&self, seen: &ReadRecord, stored: Timestamp, stamp: Stamp<'_>) -> Option<Planned> {
        let readings = self.env.readings();
        readings.observe(stored);
        let is_unknown = readings.is_order_unknown(seen.read_at(), stored);
        let plan = is_unknown.then(|| absence::fetch_again(seen.key(), stamp.now, stamp))?;
        Some(Planned { plan, ..Planned::default() })
    }

    async fn plan_there(
        &self,
        observation: &Observation,
        known: Option<StoredRecord>,
        stamp: Stamp<'_>,
    ) -> Result<Plan, StoreError> {
        match observation.key.kind {
            Kind::Requester => self.plan_requester(observation, known.as_ref(), stamp).await,
            Kind::Contact => self.plan_contact(observation, known.as_ref(), stamp).await,
            Kind::Asset => self.plan_asset(observation, known.as_ref(), stamp).await,
            Kind::User | Kind::Account => Ok(Plan::default()),
        }
    }

    async fn plan_requester(
        &self,
        observation: &Observation,
        known: Option<&StoredRecord>,
        stamp: Stamp<'_>,
    ) -> Result<Plan, StoreError> {
        let owner = self.owner(&observation.key).await?;
        let invitations = self.reads().invitations(&observation.key.system, &observation.key.external_id).await?;
        let now = self.env.now();
        let open = invitations.iter().find(|invitation| invitation.state(now) == InvitationState::Open);
        let was_agent =
            known.is_some_and(|known| matches!(&known.attributes, Attributes::Requester(before) if before.is_agent));
        let known = observe::Known {
            read_at: known.map(|known| known.read_at),
            was_agent,
            owner,
            invited_at: open.map(|invitation| invitation.email.as_str()),
        };
        Ok(observe::requester(observation.clone(), known, stamp))
    }

    async fn plan_contact(
        &self,
        observation: &Observation,
        known: Option<&StoredRecord>,
        stamp: Stamp<'_>,
    ) -> Result<Plan, StoreError> {
        let owner = self.reads().customer_of(&observation.key).await?.map(|customer| customer.id);
        let email = observation.attributes.primary_email().and_then(normalise::email);
        let mut concerned = match &email {
            Some(email) => self.reads().customers_by_requester_email(email).await?,
            None => Vec::new(),
        };
        concerned.retain(|customer| Some(*customer) != owner);
        let before = known.and_then(|known| known.attributes.primary_email().and_then(normalise::email));
        // The contact's own customer is affected when its address changed.
        concerned.extend(owner.filter(|_| known.is_some() && before != email));
        let known = known.map(|known| known.read_at);
        Ok(observe::contact(observation.clone(), known, &concerned, stamp))
    }

    async fn plan_asset(
        &self,
        observation: &Observation,
        known: Option<&StoredRecord>,
        stamp: Stamp<'_>,
    ) -> Result<Plan, StoreError> {
        let key = &observation.key;
        let before = self.reads().device(&key.system, &key.external_id).await?;
        let hands = AssignmentContext {
            known: known.map(|known| known.read_at),
            owner_before: self.holder(&key.system, before.as_ref().and_then(|device| device.holder.as_deref())).await?,
            owner_now: self.holder(&key.system, observation.holder()).await?,
            before: before.as_ref(),
            device_type: &self.config.device_type,
        };
        Ok(device_assignment::asset(observation, hands, stamp))
    }

    async fn plan_missing(
        &self,
        known: StoredRecord,
        read_at: Timestamp,
        merge_target: Option<&Observation>,
        waiting: &mut Vec<(RecordKey, Timestamp)>,
        stamp: Stamp<'_>,
    ) -> Result<Plan, StoreError> {
        let key = &known.key;
        let (owner, devices) = if key.kind == Kind::Asset {
            let device = self.reads().device(&key.system, &key.external_id).await?;
            let holder = device.as_ref().and_then(|device| device.holder.clone());
            let holder = holder.map(|id| RecordKey::new(&key.system, Kind::Requester, id));
            let owner = match &holder {
                Some(holder) => self.owner(holder).await?,
                None => None,
            };
            (owner, device.into_iter().collect())
        } else if key.kind == Kind::Requester {
            (self.owner(key).await?, self.reads().devices_held(&key.system, &key.external_id).await?)
        } else {
            (self.owner(key).await?, Vec::new())
        };
        let asked = match &owner {
            Some((customer, _)) => self.reads().reviews_of(customer.id).await?,
            None => Vec::new(),
        };
        let missing =
            Missing { key, read_at, known: known.read_at, since: known.missing_since, owner, devices: &devices };
        let grace = &self.config.grace;
        let Some(merge_target) = merge_target else {
            return Ok(absence::missing(missing, grace, stamp));
        };
        let merge_target_record = self.reads().record(&merge_target.key).await?;
        // The surviving record is itself read next. Its own losses are checked then.
        if merge_target_record.as_ref().is_some_and(|record| record.held_at.is_some()) {
            waiting.push((merge_target.key.clone(), merge_target.read_at));
        }
        let merge_target_known = merge_target_record.map(|record| record.read_at);
        let merge_target_of = self.reads().customer_of(&merge_target.key).await?;
        let address = known.attributes.primary_email().unwrap_or_default();
        let merged = Merged {
            missing,
            merge_target,
            merge_target_known,
            merge_target_of: merge_target_of.as_ref(),
            address,
            asked: &asked,
        };
        Ok(merge::merged(merged, grace, stamp))
    }

    /// The customer and link of a record.
    async fn owner(&self, key: &RecordKey) -> Result<Option<(Customer, Link)>, StoreError> {
        let Some(link) = self.reads().link_of(key).await? else { return Ok(None) };
        Ok(self.reads().customer(link.customer_id).await?.map(|customer| (customer, link)))
    }

    async fn holder(&self, system: &str, requester_id: Option<&str>) -> Result<Option<Customer>, StoreError> {
        match requester_id {
            Some(id) => self.reads().customer_of(&RecordKey::new(system, Kind::Requester, id)).await,
            None => Ok(None),
        }
    }
}
