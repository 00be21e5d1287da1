//! Carrying out what is wanted of the service desk, once.

use jiff::SignedDuration;
use tessera_connect::{ConnectError, Priority};
use tessera_core::asset_write::{self, AssetWrite, Handing, NewAsset, Wanted, WriteState};
use tessera_core::id::AssetWriteId;
use tessera_core::job::{Hint, Leased};
use tessera_core::plan::Change;
use tessera_core::record::Observation;
use tessera_store::{ApplyError, Conflict};

use crate::error::again;
use crate::observe::Seen;
use crate::{ATTEMPTS, Hub, HubError};

/// The service desk's search lags behind by minutes. A creation whose answer was lost is looked for only after this, and not repeated
/// before.
const INDEX_LAG: SignedDuration = SignedDuration::from_mins(5);

impl Hub {
    pub(crate) async fn run_asset_write(&self, id: AssetWriteId, job: &Leased) -> Result<(), HubError> {
        let write = match self.store.asset_write(id).await? {
            Some(write) if write.state == WriteState::Wanted => write,
            _ => return Ok(self.store.finish_job(job, self.env.now()).await?),
        };
        let outcome = match &write.wanted {
            Wanted::Hand(handing) => self.hand(handing, &write).await,
            Wanted::Create(asset) => self.create(asset, &write).await,
        };
        let state = match outcome {
            Ok(state) => state,
            // Waiting helps: the job is tried again, and the wish stays.
            Err(HubError::Connect(error)) if !error.is_temporary() => WriteState::Failed { why: error.to_string() },
            Err(error) => return Err(error),
        };
        self.end_asset_write(&write, state, job).await
    }

    async fn hand(&self, handing: &Handing, write: &AssetWrite) -> Result<WriteState, HubError> {
        let id = handing.display_id.as_str();
        let gone = || WriteState::Failed { why: format!("{} has no asset {id} any more", write.system) };
        let Some(now) = self.desk.asset(id, Priority::Interactive).await? else { return Ok(gone()) };
        let holder = now.holder().map(ToOwned::to_owned);
        let after = if holder == handing.to {
            now
        } else if holder == handing.from {
            self.store.asset_write_sent(write.id, Some(self.env.now())).await?;
            match self.desk.hand_asset(id, handing.to.as_deref(), Priority::Interactive).await? {
                Some(after) => after,
                None => return Ok(gone()),
            }
        } else {
            self.observed(now, &write.asked_by, &write.channel).await?;
            let found = holder.map_or_else(|| "in stock".to_owned(), |id| format!("with requester {id}"));
            return Ok(WriteState::Superseded { why: format!("the asset is {found} by now; nothing was changed") });
        };
        self.decided(after, write).await?;
        Ok(WriteState::Done { display_id: id.to_owned() })
    }

    async fn create(&self, asset: &NewAsset, write: &AssetWrite) -> Result<WriteState, HubError> {
        let before = self.created_before(asset, write).await?;
        let display_id = match before {
            Some(display_id) => display_id,
            None => self.send_creation(asset, write).await?,
        };
        if let Some(made) = self.desk.asset(&display_id, Priority::Interactive).await? {
            self.decided(made, write).await?;
        } else {
            let hint = Hint::Asset { display_id: display_id.clone() };
            self.ask_reread(vec![hint], &write.asked_by, &write.channel).await?;
        }
        Ok(WriteState::Done { display_id })
    }

    async fn send_creation(&self, asset: &NewAsset, write: &AssetWrite) -> Result<String, HubError> {
        self.store.asset_write_sent(write.id, Some(self.env.now())).await?;
        let made = self.desk.create_asset(asset, Priority::Interactive).await;
        if matches!(made, Err(ConnectError::Throttled { .. })) {
            // It was not let through, so there is nothing to look for.
            self.store.asset_write_sent(write.id, None).await?;
        }
        Ok(made?)
    }

    async fn decided(&self, observation: Observation, write: &AssetWrite) -> Result<(), HubError> {
        self.apply_decided(&Seen::There(Box::new(observation)), &write.asked_by, &write.channel).await
    }

    /// What an earlier attempt made, if its answer was lost. It can only be found once the service desk's search knows it.
    async fn created_before(&self, asset: &NewAsset, write: &AssetWrite) -> Result<Option<String>, HubError> {
        let Some(sent_at) = write.sent_at else { return Ok(None) };
        let found = self.assets_with(&asset.serial).await?.into_iter().next();
        let known_by = sent_at + INDEX_LAG;
        if found.is_none() && self.env.now() < known_by {
            return Err(HubError::Connect(ConnectError::Unavailable {
                system: write.system.clone(),
                object: format!("the new asset {}", asset.name),
                reason:
                    "it did not answer when the asset was made, and may have made it; its search knows in a few minutes"
                        .to_owned(),
                retry_at: known_by,
            }));
        }
        Ok(found)
    }

    async fn end_asset_write(&self, write: &AssetWrite, state: WriteState, job: &Leased) -> Result<(), HubError> {
        for _ in 0..ATTEMPTS {
            let concerned = self.concerned(&write.wanted).await?;
            let plan = self.stamped(&write.asked_by, &write.channel, |stamp| {
                let mut plan = asset_write::end(write, state.clone(), concerned, stamp);
                plan.push(Change::FinishJob { id: job.id, attempt: job.attempt, at: stamp.now }, "this was the job");
                plan
            });
            match self.store.apply(&plan).await {
                Ok(()) => return Ok(()),
                // Cancelled at the last moment: what was done shows by itself, and the job has nothing more to do.
                Err(ApplyError::Conflict(Conflict::AssetWrite)) => {
                    return Ok(self.store.finish_job(job, self.env.now()).await?);
                }
                Err(error) => again(error)?,
            }
        }
        Err(HubError::Busy)
    }
}
