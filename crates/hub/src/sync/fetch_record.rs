//! Rereads one object after a hint that it changed, or because it was missing.

use jiff::SignedDuration;
use tessera_core::kernel::actor::{Actor, Channel};
use tessera_core::kernel::job::Leased;
use tessera_core::kernel::job::change::JobChange;
use tessera_core::kernel::normalise;
use tessera_core::kernel::record::{HandleKind, Kind, Observation, RecordKey};
use tessera_core::sync::jobs::{FetchRecord, Hint};
use tessera_core::sync::merge;

use crate::commit::commit;
use crate::jobs::{JobOutcome, OnUpstreamError, Run};
use crate::ports::Priority;
use crate::sync::apply_observation::ReadRecord;
use crate::{Ctx, Hub, HubError};

/// The service desk's search index lags by minutes. Objects that are not found are searched for again after this time.
const INDEX_LAG: SignedDuration = SignedDuration::from_mins(5);
/// Maximum number of searches before a person has to act.
const MAX_TRIES: u8 = 3;
/// Maximum number of assets that one tag or serial number may name.
const MAX_ASSETS: usize = 25;

impl Run for FetchRecord {
    const ON_UPSTREAM_ERROR: OnUpstreamError = OnUpstreamError::AwaitRepair;

    async fn run(&self, hub: &Hub, job: &Leased) -> Result<JobOutcome, HubError> {
        hub.fetch_record(&self.hint, self.tries, job).await?;
        Ok(JobOutcome::Already)
    }
}

impl Hub {
    /// Requests that objects be read again soon.
    pub async fn request_fetch(&self, hints: Vec<Hint>, ctx: &Ctx) -> Result<(), HubError> {
        commit!(self, ctx, |tx| {
            for hint in &hints {
                tx.enqueue(FetchRecord { hint: hint.clone(), tries: 0 }, "something said that it changed");
            }
            Ok(())
        })
    }

    /// Reads the objects named by a hint, and finishes the job.
    pub(crate) async fn fetch_record(&self, hint: &Hint, tries: u8, job: &Leased) -> Result<(), HubError> {
        if let Hint::Ticket { id } = hint {
            return self.reread_ticket(id, job).await;
        }
        let keys = self.named_by(hint).await?;
        if keys.is_empty() {
            return self.fetch_later(hint, tries, job).await;
        }
        let mut observations = Vec::with_capacity(keys.len());
        for key in keys {
            let seen = self.read(&key, Priority::Background).await?;
            // The target of a merge is read separately: it may be deactivated, or have another address.
            let target = match &seen {
                ReadRecord::Missing { merge_target: Some(target), .. } => Some(ReadRecord::There(target.clone())),
                ReadRecord::Missing { .. } | ReadRecord::There(_) => None,
            };
            observations.push(seen);
            observations.extend(target);
        }
        let last = observations.len() - 1;
        for (n, seen) in observations.iter().enumerate() {
            let ctx = Ctx::new(Actor::system(seen.key().system.clone()), Channel::Hook);
            let ctx = if n == last { ctx.ending(job) } else { ctx };
            self.apply_observation(seen, &ctx).await?;
        }
        Ok(())
    }

    /// The objects named by a hint: one by id; by tag or serial number, those that are stored and those that the
    /// service desk finds.
    async fn named_by(&self, hint: &Hint) -> Result<Vec<RecordKey>, HubError> {
        let (handle, typed) = match hint {
            Hint::Asset { display_id } => return Ok(vec![self.asset_key(display_id)]),
            Hint::Requester { id } => return Ok(vec![self.requester_key(id)]),
            Hint::Contact { id } => return Ok(vec![RecordKey::new(self.crm.name(), Kind::Contact, id)]),
            // A ticket is not a record. It is read as a service request.
            Hint::Ticket { .. } => return Ok(Vec::new()),
            Hint::AssetTag { tag } => (HandleKind::Tag, tag),
            Hint::Serial { serial } => (HandleKind::Serial, serial),
        };
        let Some(value) = normalise::serial(typed) else { return Ok(Vec::new()) };
        let known = self.reads().records_by(handle, &value, MAX_ASSETS).await?;
        let found = match handle {
            HandleKind::Tag => self.desk.assets_by_tag(typed, Priority::Background).await?,
            _ => self.desk.assets_by_serial(typed, Priority::Background).await?,
        };
        let mut keys: Vec<RecordKey> =
            known.into_iter().map(|record| record.key).chain(found.into_iter().map(|seen| seen.key)).collect();
        keys.sort();
        keys.dedup();
        Ok(keys)
    }

    async fn fetch_later(&self, hint: &Hint, tries: u8, job: &Leased) -> Result<(), HubError> {
        if tries >= MAX_TRIES {
            return Err(HubError::NotFound(format!(
                "the service desk finds no asset by {hint}; check the tag or serial number there, or read the asset by its display id"
            )));
        }
        commit!(self, &Ctx::background().ending(job), |tx| {
            let mut again = tx.stamp.job(FetchRecord { hint: hint.clone(), tries: tries + 1 });
            again.run_at = tx.stamp.now + INDEX_LAG;
            tx.push(JobChange::Enqueue(again), "the service desk's search lags behind its objects");
            Ok(())
        })
    }

    /// Reads an object by its id. If it is missing, searches for evidence of what became of it.
    pub(crate) async fn read(&self, key: &RecordKey, priority: Priority) -> Result<ReadRecord, HubError> {
        let read_at = self.env.reading();
        let id = key.external_id.as_str();
        let seen = match key.kind {
            Kind::Asset => match self.desk.asset(id, priority).await? {
                None if self.reads().device(&key.system, id).await?.is_some() => {
                    self.desk.trashed_asset(id, priority).await?
                }
                seen => seen,
            },
            Kind::Requester => match self.desk.requester(id, priority).await? {
                None => self.desk.agent(id, priority).await?,
                seen => seen,
            },
            Kind::Contact => self.crm.contact(id, priority).await?,
            Kind::User | Kind::Account => None,
        };
        if let Some(observation) = seen {
            return Ok(ReadRecord::There(Box::new(observation)));
        }
        let merge_target = self.merge_target(key, priority).await?.map(Box::new);
        Ok(ReadRecord::Missing { key: key.clone(), read_at, merge_target })
    }

    /// The requester or contact into which a missing one was merged, found by its address.
    async fn merge_target(&self, key: &RecordKey, priority: Priority) -> Result<Option<Observation>, HubError> {
        let Some(known) = self.reads().record(key).await?.filter(|known| known.gone_at.is_none()) else {
            return Ok(None);
        };
        let Some(address) = known.attributes.primary_email() else { return Ok(None) };
        let candidates = match key.kind {
            Kind::Requester if self.desk.capabilities().merged_requesters => {
                self.desk.requesters_by_email(address, priority).await?
            }
            Kind::Contact if self.crm.capabilities().merged_contacts => {
                self.crm.contacts_with_email(address, priority).await?
            }
            _ => return Ok(None),
        };
        // A failed lookup updates `read_at`. The object was last seen before the first of them.
        let last_there = known.missing_since.unwrap_or(known.read_at);
        Ok(merge::merge_target(key, address, last_there, &candidates).cloned())
    }

    /// The key of an asset of the service desk.
    pub(crate) fn asset_key(&self, display_id: &str) -> RecordKey {
        RecordKey::new(self.desk.name(), Kind::Asset, display_id)
    }
}
