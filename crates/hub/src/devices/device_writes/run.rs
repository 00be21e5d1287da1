//! Carries out waiting device writes, each once.

use jiff::Timestamp;
use tessera_core::devices::DeviceError;
use tessera_core::devices::device_writes::{self, AssetChange, DeviceAssignee, DeviceWrite, NewAsset, WriteState};
use tessera_core::devices::jobs::WriteDevice;
use tessera_core::kernel::ids::DeviceWriteId;
use tessera_core::kernel::job::Leased;
use tessera_core::sync::jobs::Hint;
use tessera_store::StoredRecord;

use super::effects::{CreateAsset, ReassignAsset};
use crate::commit::commit;
use crate::effects::once;
use crate::jobs::{JobOutcome, OnUpstreamError, Run};
use crate::ports::{ConnectError, Priority};
use crate::sync::apply_observation::ReadRecord;
use crate::{Ctx, Hub, HubError};

impl Run for WriteDevice {
    const ON_UPSTREAM_ERROR: OnUpstreamError = OnUpstreamError::AwaitRepair;

    async fn run(&self, hub: &Hub, job: &Leased) -> Result<JobOutcome, HubError> {
        hub.run_device_write(self.write_id, job).await?;
        Ok(JobOutcome::Already)
    }
}

impl Hub {
    pub(crate) async fn run_device_write(&self, id: DeviceWriteId, job: &Leased) -> Result<(), HubError> {
        let write = match self.reads().device_write(id).await? {
            Some(write) if write.state == WriteState::Waiting => write,
            _ => return Ok(self.technical().finish_job(job, self.env.now()).await?),
        };
        let outcome = match &write.change {
            AssetChange::Hand(handing) => self.hand(handing, &write).await,
            AssetChange::Create(asset) => self.create(asset, &write).await,
        };
        let state = match outcome {
            Ok(state) => state,
            // Only an answer about the requested change ends the write. All other errors are retried.
            Err(HubError::Connect(error)) if !error.is_temporary() && !error.awaits_repair() => {
                WriteState::Failed { why: error.to_string() }
            }
            Err(error) => return Err(error),
        };
        self.end_device_write(&write, state, job).await
    }

    async fn hand(&self, handing: &DeviceAssignee, write: &DeviceWrite) -> Result<WriteState, HubError> {
        let (id, read_at) = (handing.display_id.as_str(), self.env.reading());
        let Some(now) = self.desk.asset(id, Priority::Interactive).await? else {
            return self.asset_missing(id, read_at, write).await;
        };
        let holder = now.holder().map(ToOwned::to_owned);
        if holder != handing.to {
            if holder != handing.from {
                self.observed(now, &asked(write)).await?;
                return Ok(WriteState::Superseded { holder });
            }
            if !once(self, &ReassignAsset { asset: &now, handing, write }).await? {
                return self.asset_missing(id, read_at, write).await;
            }
        }
        self.read_written(id, write).await?;
        Ok(WriteState::Done { display_id: id.to_owned() })
    }

    /// The service desk does not find the asset. A single answer is not believed: the write fails only if an earlier lookup
    /// confirms it, and is tried again otherwise.
    async fn asset_missing(&self, id: &str, read_at: Timestamp, write: &DeviceWrite) -> Result<WriteState, HubError> {
        let key = self.asset_key(id);
        let known = self.reads().record(&key).await?;
        let grace = &self.config.grace;
        let is_gone = |known: StoredRecord| known.gone_at.is_some() || grace.confirms(known.missing_since, read_at);
        if known.is_none_or(is_gone) {
            return Ok(WriteState::Failed { why: format!("{} has no asset {id} any more", write.system) });
        }
        self.apply_observation(&ReadRecord::Missing { key, read_at, merge_target: None }, &asked(write)).await?;
        Err(HubError::Connect(ConnectError::Unavailable {
            system: write.system.clone(),
            object: format!("asset {id}"),
            reason: "it does not find the asset, and a single answer is not believed".to_owned(),
            retry_at: self.env.now() + grace.confirm_after,
        }))
    }

    /// Reads the asset after the write, because only the service desk's own state counts. If it cannot be read now, a
    /// reading is requested.
    async fn read_written(&self, display_id: &str, write: &DeviceWrite) -> Result<(), HubError> {
        match self.desk.asset(display_id, Priority::Interactive).await {
            Ok(Some(written)) => {
                let seen = ReadRecord::There(Box::new(written));
                self.apply_decided(&seen, &asked(write)).await
            }
            Err(error) if error.is_temporary() => Err(error.into()),
            Ok(None) | Err(_) => {
                let hint = Hint::Asset { display_id: display_id.to_owned() };
                self.request_fetch(vec![hint], &asked(write)).await
            }
        }
    }

    async fn create(&self, asset: &NewAsset, write: &DeviceWrite) -> Result<WriteState, HubError> {
        if asset.unverified
            && write.sent_at.is_none()
            && let Some(other) = self.assets_with(&asset.serial).await?.into_iter().next()
        {
            let exists = DeviceError::SerialExists { asset: other, serial: asset.serial.clone() };
            return Ok(WriteState::Failed { why: exists.to_string() });
        }
        match once(self, &CreateAsset { asset, write }).await? {
            Ok(display_id) => {
                self.read_written(&display_id, write).await?;
                Ok(WriteState::Done { display_id })
            }
            Err(unreadable) => Ok(WriteState::Failed { why: unreadable.to_string() }),
        }
    }

    async fn end_device_write(&self, write: &DeviceWrite, state: WriteState, job: &Leased) -> Result<(), HubError> {
        commit!(self, &asked(write).ending(job), |tx| {
            let change = self.reads().device_write(write.id).await?.filter(|now| now.state == WriteState::Waiting);
            // If the write was cancelled at the last moment, its effect shows in the next reading, and the job has
            // nothing more to do.
            if change.is_some() {
                let concerned = self.concerned(&write.change).await?;
                tx.extend(device_writes::end(write, state.clone(), concerned, tx.stamp));
            }
            Ok(())
        })
    }
}

/// Context of the consequences of a write: the person who requested it.
pub(super) fn asked(write: &DeviceWrite) -> Ctx {
    Ctx::new(write.asked_by.clone(), write.channel)
}
