//! Effects of a device write in the service desk: a new asset, or another holder.

use std::time::Duration;

use jiff::Timestamp;
use tessera_core::devices::change::DeviceWriteChange;
use tessera_core::devices::device_writes::{DeviceAssignee, DeviceWrite, NewAsset};
use tessera_core::kernel::record::{Attributes, Observation};
use tessera_store::Conflict;

use super::run::asked;
use crate::commit::commit;
use crate::effects::{Effect, Mark};
use crate::ports::{ConnectError, FieldError, Priority};
use crate::{Hub, HubError};

/// Creates an asset.
pub(super) struct CreateAsset<'a> {
    pub(super) asset: &'a NewAsset,
    pub(super) write: &'a DeviceWrite,
}

/// Reassigns an asset. The caller has just read it and checked its present holder.
pub(super) struct ReassignAsset<'a> {
    pub(super) asset: &'a Observation,
    pub(super) handing: &'a DeviceAssignee,
    pub(super) write: &'a DeviceWrite,
}

impl Effect for CreateAsset<'_> {
    /// The display id; or the error of a second unreadable answer after a lookup that found nothing, so that a person
    /// has to act.
    type Done = Result<String, ConnectError>;

    /// The service desk's search index lags by minutes.
    const UNCLEAR_FOR: Duration = Duration::from_mins(5);

    fn object(&self) -> String {
        format!("the new asset with serial number {}", self.asset.serial)
    }

    fn under_way_since(&self) -> Option<Timestamp> {
        self.write.sent_at
    }

    async fn look(&self, hub: &Hub, _since: Timestamp) -> Result<Option<Self::Done>, HubError> {
        let found = hub.desk.assets_by_serial(&self.asset.serial, Priority::Interactive).await?;
        if let Some(made) = found.iter().find(|found| is_made_of(found, self.asset)) {
            return Ok(Some(Ok(made.key.external_id.clone())));
        }
        let Some(other) = found.first() else { return Ok(None) };
        let message = format!("asset {} has {} already", other.key.external_id, self.asset.serial);
        let fields = vec![FieldError { field: "serial number".to_owned(), message }];
        Err(ConnectError::Invalid { system: self.write.system.clone(), object: self.object(), fields }.into())
    }

    async fn mark(&self, hub: &Hub, mark: Mark) -> Result<(), HubError> {
        mark_write(hub, self.write, mark).await
    }

    async fn perform(&self, hub: &Hub) -> Result<Self::Done, ConnectError> {
        match hub.desk.create_asset(self.asset, Priority::Interactive).await {
            Err(error @ ConnectError::Unexpected { .. }) if self.write.sent_at.is_some() => Ok(Err(error)),
            made => made.map(Ok),
        }
    }
}

impl Effect for ReassignAsset<'_> {
    /// Whether the asset exists.
    type Done = bool;

    fn object(&self) -> String {
        format!("asset {}", self.handing.display_id)
    }

    fn under_way_since(&self) -> Option<Timestamp> {
        self.write.sent_at
    }

    async fn look(&self, _hub: &Hub, _since: Timestamp) -> Result<Option<bool>, HubError> {
        Ok(None)
    }

    async fn mark(&self, hub: &Hub, mark: Mark) -> Result<(), HubError> {
        mark_write(hub, self.write, mark).await
    }

    async fn perform(&self, hub: &Hub) -> Result<bool, ConnectError> {
        hub.desk.reassign_asset(self.asset, self.handing.to.as_deref(), Priority::Interactive).await
    }
}

fn is_made_of(found: &Observation, asset: &NewAsset) -> bool {
    matches!(&found.attributes, Attributes::Asset(made) if made.name == asset.name && made.asset_type_id == asset.asset_type_id)
}

async fn mark_write(hub: &Hub, write: &DeviceWrite, Mark { was, at }: Mark) -> Result<(), HubError> {
    commit!(hub, &asked(write), |tx| {
        tx.reject_on(Conflict::DeviceWrite, HubError::Busy);
        let change = DeviceWriteChange::MarkSent { id: write.id, was, at };
        tx.push(change, "after a crash, the service desk is asked before anything is sent again");
        Ok(())
    })
}
