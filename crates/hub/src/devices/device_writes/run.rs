//! Making the changes that wait in the service desk, each once.

use jiff::{SignedDuration, Timestamp};
use tessera_core::devices::change::DeviceWriteChange;
use tessera_core::devices::device_writes::{self, AssetChange, DeviceAssignee, DeviceWrite, NewAsset, WriteState};
use tessera_core::devices::jobs::WriteDevice;
use tessera_core::kernel::ids::DeviceWriteId;
use tessera_core::kernel::job::Leased;
use tessera_core::kernel::record::{Attributes, Observation};
use tessera_core::sync::jobs::Hint;
use tessera_store::Conflict;

use crate::commit::commit;
use crate::jobs::{JobOutcome, Run};
use crate::ports::{Condition, ConnectError, FieldError, Priority};
use crate::sync::apply_observation::ReadRecord;
use crate::{Ctx, Hub, HubError};

/// The service desk's search lags behind by minutes. A creation whose answer was lost is looked for only after this, and not repeated
/// before.
const INDEX_LAG: SignedDuration = SignedDuration::from_mins(5);

impl Run for WriteDevice {
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
            // Waiting helps: the job is tried again, and the wish stays.
            Err(HubError::Connect(error)) if !error.is_temporary() => WriteState::Failed { why: error.to_string() },
            Err(error) => return Err(error),
        };
        self.end_device_write(&write, state, job).await
    }

    async fn hand(&self, handing: &DeviceAssignee, write: &DeviceWrite) -> Result<WriteState, HubError> {
        let id = handing.display_id.as_str();
        let gone = || WriteState::Failed { why: format!("{} has no asset {id} any more", write.system) };
        let Some(now) = self.desk.asset(id, Priority::Interactive).await? else { return Ok(gone()) };
        let holder = now.holder().map(ToOwned::to_owned);
        if holder != handing.to {
            if holder != handing.from {
                self.observed(now, &asked(write)).await?;
                return Ok(WriteState::Superseded { holder });
            }
            self.mark_sent(write, true).await?;
            if !self.desk.reassign_asset(id, handing.to.as_deref(), Priority::Interactive).await? {
                return Ok(gone());
            }
        }
        self.read_written(id, write).await?;
        Ok(WriteState::Done { display_id: id.to_owned() })
    }

    /// What was written is read: only what the service desk says counts. When it cannot be read now, it is read as soon as it can.
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
        let display_id = match self.created_before(asset, write).await? {
            Some(display_id) => display_id,
            None => self.send_creation(asset, write).await?,
        };
        self.read_written(&display_id, write).await?;
        Ok(WriteState::Done { display_id })
    }

    async fn send_creation(&self, asset: &NewAsset, write: &DeviceWrite) -> Result<String, HubError> {
        let now = self.env.now();
        if let Condition::Open { until } = self.desk.health().condition {
            // Nothing would leave the hub, so nothing is marked as sent, and it can still be cancelled.
            return Err(unclear(asset, write, "it is left alone after repeated failures", until));
        }
        self.mark_sent(write, true).await?;
        match self.desk.create_asset(asset, Priority::Interactive).await {
            Err(error @ ConnectError::Throttled { .. }) => {
                // It was not let through, so there is nothing to look for.
                self.mark_sent(write, false).await?;
                Err(error.into())
            }
            // The answer cannot be read: perhaps it is made. It is looked for before it is sent once more; after that a person has to look.
            Err(ConnectError::Unexpected { .. }) if write.sent_at.is_none() => {
                Err(unclear(asset, write, "its answer could not be read", now + INDEX_LAG))
            }
            made => Ok(made?),
        }
    }

    /// What an earlier attempt made, if its answer was lost. It can only be found once the service desk's search knows it.
    async fn created_before(&self, asset: &NewAsset, write: &DeviceWrite) -> Result<Option<String>, HubError> {
        let Some(sent_at) = write.sent_at else { return Ok(None) };
        let found = self.desk.assets_by_serial(&asset.serial, Priority::Interactive).await?;
        let known_by = sent_at + INDEX_LAG;
        if found.is_empty() && self.env.now() < known_by {
            return Err(unclear(
                asset,
                write,
                "it may have made the asset; its search knows in a few minutes",
                known_by,
            ));
        }
        let ours = |seen: &&Observation| matches!(&seen.attributes, Attributes::Asset(made) if made.name == asset.name && made.asset_type_id == asset.asset_type_id);
        if let Some(made) = found.iter().find(ours) {
            return Ok(Some(made.key.external_id.clone()));
        }
        match found.first() {
            None => Ok(None),
            Some(other) => Err(HubError::Connect(ConnectError::Invalid {
                system: write.system.clone(),
                object: format!("the new asset with serial number {}", asset.serial),
                fields: vec![FieldError {
                    field: "serial number".to_owned(),
                    message: format!("asset {} has {} already", other.key.external_id, asset.serial),
                }],
            })),
        }
    }

    /// Notes that a write is being sent, or was not let through. This is durable before it is sent, so that whoever takes the job over knows.
    async fn mark_sent(&self, write: &DeviceWrite, sent: bool) -> Result<(), HubError> {
        commit!(self, &asked(write), |tx| {
            let at = sent.then_some(tx.stamp.now);
            tx.reject_on(Conflict::DeviceWrite, HubError::Busy);
            tx.push(
                DeviceWriteChange::MarkSent { id: write.id, at },
                "whoever takes over has to look before sending again",
            );
            Ok(())
        })
    }

    async fn end_device_write(&self, write: &DeviceWrite, state: WriteState, job: &Leased) -> Result<(), HubError> {
        commit!(self, &asked(write).ending(job), |tx| {
            let change = self.reads().device_write(write.id).await?.filter(|now| now.state == WriteState::Waiting);
            // Cancelled at the last moment: what was done shows by itself, and the job has nothing more to do.
            if change.is_some() {
                let concerned = self.concerned(&write.change).await?;
                tx.extend(device_writes::end(write, state.clone(), concerned, tx.stamp));
            }
            Ok(())
        })
    }
}

/// Whoever asked for a write causes what follows from it.
fn asked(write: &DeviceWrite) -> Ctx {
    Ctx::new(write.asked_by.clone(), write.channel)
}

fn unclear(asset: &NewAsset, write: &DeviceWrite, reason: &str, retry_at: Timestamp) -> HubError {
    HubError::Connect(ConnectError::Unavailable {
        system: write.system.clone(),
        object: format!("the new asset with serial number {}", asset.serial),
        reason: reason.to_owned(),
        retry_at,
    })
}
