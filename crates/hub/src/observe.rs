//! Something was read, or looked for in vain: write it down, and tell whom it concerns. This is the one loop through which observations are
//! applied, whoever made them: hook, sweep, refresh, activation or a person at the console.

use jiff::Timestamp;
use tessera_core::customer::{Customer, Link};
use tessera_core::handover::{self, Hands};
use tessera_core::invitation::InvitationState;
use tessera_core::normalise;
use tessera_core::observe;
use tessera_core::plan::{Plan, Stamp};
use tessera_core::record::{Attributes, Kind, Observation, RecordKey};
use tessera_core::vanish::{self, Merged, Missing};
use tessera_store::{StoreError, StoredRecord};

use crate::sweep::Verdict;
use crate::{Ctx, Hub, HubError};

/// What a system said when it was asked for an object by its id.
#[derive(Debug, Clone)]
pub(crate) enum Seen {
    /// It is there.
    There(Box<Observation>),
    /// It is not.
    Missing {
        /// Which.
        key: RecordKey,
        /// When the look began.
        read_at: Timestamp,
        /// The one it was merged into, if there is evidence of that.
        heir: Option<Box<Observation>>,
    },
}

impl Seen {
    /// Which object.
    pub(crate) fn key(&self) -> &RecordKey {
        match self {
            Self::There(observation) => &observation.key,
            Self::Missing { key, .. } => key,
        }
    }

    /// When the look began.
    pub(crate) fn read_at(&self) -> Timestamp {
        match self {
            Self::There(observation) => observation.read_at,
            Self::Missing { read_at, .. } => *read_at,
        }
    }
}

impl Hub {
    /// Applies what was seen: plans, and plans again when the world moved meanwhile. What was read later than this stays as it is. When too
    /// much is taken from customers within a short time, the brake holds it (`H04`): then nothing of it may be written some other way.
    pub(crate) async fn apply_observed(&self, seen: &Seen, ctx: &Ctx) -> Result<Verdict, HubError> {
        self.apply_seen(seen, true, ctx).await
    }

    /// Applies what was seen after a person had it done: the brake is for what nobody decided.
    pub(crate) async fn apply_decided(&self, seen: &Seen, ctx: &Ctx) -> Result<(), HubError> {
        self.apply_seen(seen, false, ctx).await.map(drop)
    }

    async fn apply_seen(&self, seen: &Seen, braked: bool, ctx: &Ctx) -> Result<Verdict, HubError> {
        let verdict = self
            .commit(ctx, async |tx| {
                let Some(plan) = self.plan_observed(seen, tx.stamp).await? else { return Ok((Verdict::Go, None)) };
                let takes = if braked { plan.takes_away() } else { 0 };
                if takes > 0 && self.brake(seen, takes).await? == Verdict::Held {
                    return Ok((Verdict::Held, None));
                }
                tx.extend(plan);
                Ok((Verdict::Go, Some(takes)))
            })
            .await?;
        if let (_, Some(takes)) = verdict {
            self.applied(seen, takes).await?;
        }
        Ok(verdict.0)
    }

    /// An object was read.
    pub(crate) async fn observed(
        &self,
        observation: Observation,
        ctx: &Ctx
    ) -> Result<Verdict, HubError> {
        self.apply_observed(&Seen::There(Box::new(observation)), ctx).await
    }

    /// What follows from what was seen; `None` when a later reading is there already, or when nobody knows what is not there.
    ///
    /// The stored record is read first. Everything the plan rests on is read after it, so that a plan made of two states expects a record
    /// that is there no more, and is refused.
    pub(crate) async fn plan_observed(
        &self,
        seen: &Seen,
        stamp: Stamp<'_>
    ) -> Result<Option<Plan>, StoreError> {
        let known = self.store.record(seen.key()).await?;
        if known.as_ref().is_some_and(|known| known.read_at > seen.read_at()) {
            return Ok(None);
        }
        match (seen, known) {
            (Seen::There(observation), known) => self.plan_there(observation, known, stamp).await.map(Some),
            (Seen::Missing { .. }, None) => Ok(None),
            // What is known to be gone is not missed again.
            (Seen::Missing { .. }, Some(known)) if known.gone_at.is_some() => Ok(None),
            (Seen::Missing { read_at, heir, .. }, Some(known)) => {
                self.plan_missing(known, *read_at, heir.as_deref(), stamp).await.map(Some)
            }
        }
    }

    async fn plan_there(
        &self,
        observation: &Observation,
        known: Option<StoredRecord>,
        stamp: Stamp<'_>
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
        stamp: Stamp<'_>
    ) -> Result<Plan, StoreError> {
        let owner = self.owner(&observation.key).await?;
        let invitations = self.store.invitations(&observation.key.system, &observation.key.external_id).await?;
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
        stamp: Stamp<'_>
    ) -> Result<Plan, StoreError> {
        let owner = self.store.customer_of(&observation.key).await?.map(|customer| customer.id);
        let email = observation.attributes.primary_email().and_then(normalise::email);
        let mut concerned = match &email {
            Some(email) => self.store.customers_by_requester_email(email).await?,
            None => Vec::new(),
        };
        concerned.retain(|customer| Some(*customer) != owner);
        let before = known.and_then(|known| known.attributes.primary_email().and_then(normalise::email));
        // The contact's own customer is concerned when its address changed.
        concerned.extend(owner.filter(|_| known.is_some() && before != email));
        let known = known.map(|known| known.read_at);
        Ok(observe::contact(observation.clone(), known, &concerned, stamp))
    }

    async fn plan_asset(
        &self,
        observation: &Observation,
        known: Option<&StoredRecord>,
        stamp: Stamp<'_>
    ) -> Result<Plan, StoreError> {
        let key = &observation.key;
        let before = self.store.device(&key.system, &key.external_id).await?;
        let hands = Hands {
            known: known.map(|known| known.read_at),
            owner_before: self.holder(&key.system, before.as_ref().and_then(|device| device.holder.as_deref())).await?,
            owner_now: self.holder(&key.system, observation.holder()).await?,
            before: before.as_ref(),
            device_type: &self.config.device_type,
        };
        Ok(handover::asset(observation, hands, stamp))
    }

    async fn plan_missing(
        &self,
        known: StoredRecord,
        read_at: Timestamp,
        heir: Option<&Observation>,
        stamp: Stamp<'_>
    ) -> Result<Plan, StoreError> {
        let key = &known.key;
        let (owner, devices) = if key.kind == Kind::Asset {
            let device = self.store.device(&key.system, &key.external_id).await?;
            let holder = device.as_ref().and_then(|device| device.holder.clone());
            let holder = holder.map(|id| RecordKey::new(&key.system, Kind::Requester, id));
            let owner = match &holder {
                Some(holder) => self.owner(holder).await?,
                None => None,
            };
            (owner, device.into_iter().collect())
        } else if key.kind == Kind::Requester {
            (self.owner(key).await?, self.store.devices_held(&key.system, &key.external_id).await?)
        } else {
            (self.owner(key).await?, Vec::new())
        };
        let asked = match &owner {
            Some((customer, _)) => self.store.reviews_of(customer.id).await?,
            None => Vec::new(),
        };
        let missing =
            Missing { key, read_at, known: known.read_at, since: known.missing_since, owner, devices: &devices };
        let grace = &self.config.grace;
        let Some(heir) = heir else {
            return Ok(vanish::missing(missing, grace, stamp));
        };
        let heir_known = self.store.record(&heir.key).await?.map(|record| record.read_at);
        let heir_of = self.store.customer_of(&heir.key).await?;
        let address = known.attributes.primary_email().unwrap_or_default();
        let merged = Merged { missing, heir, heir_known, heir_of: heir_of.as_ref(), address, asked: &asked };
        Ok(vanish::merged(merged, grace, stamp))
    }

    /// Who has a record, through which link.
    async fn owner(&self, key: &RecordKey) -> Result<Option<(Customer, Link)>, StoreError> {
        let Some(link) = self.store.link_of(key).await? else { return Ok(None) };
        Ok(self.store.customer(link.customer_id).await?.map(|customer| (customer, link)))
    }

    async fn holder(&self, system: &str, requester_id: Option<&str>) -> Result<Option<Customer>, StoreError> {
        match requester_id {
            Some(id) => self.store.customer_of(&RecordKey::new(system, Kind::Requester, id)).await,
            None => Ok(None),
        }
    }
}
