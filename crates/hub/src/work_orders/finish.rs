//! Finishing a work order: an installation assigns the device, and invites the customer (`A09`, `A11`).

use tessera_core::devices::DeviceError;
use tessera_core::devices::change::DeviceChange;
use tessera_core::devices::device_writes::{AssetChange, DeviceAssignee};
use tessera_core::invitations::jobs::Invite;
use tessera_core::kernel::customer::active_link;
use tessera_core::kernel::ids::PlaceId;
use tessera_core::kernel::job::change::JobChange;
use tessera_core::kernel::normalise;
use tessera_core::kernel::plan::{Plan, Stamp};
use tessera_core::kernel::record::{Attributes, Kind};
use tessera_core::work_orders::{self, Action, InstalledDevice, State, StockedDevice, WorkOrder, WorkOrderError};

use super::vans_of;
use crate::{Hub, HubError};

/// Number of devices with one serial number that are looked at. More than one is a fault of the service desk.
const NAMESAKES: usize = 4;

impl Hub {
    /// The action that finishes a work order, and what follows from it outside the work order.
    pub(super) async fn finishing(
        &self,
        order: &WorkOrder,
        serial: &str,
        stamp: Stamp<'_>,
    ) -> Result<(Action, Plan), HubError> {
        // What is not to be finished, or not yet, is rejected by the rules, whatever the serial number.
        let may_end = order.state == State::Working && order.is_checked();
        if !order.kind.installs || !may_end || serial.trim().is_empty() {
            return Ok((Action::Finish { installed: None }, Plan::default()));
        }
        let requester = self.requester_of_work(order).await?;
        let found = self.stocked(serial).await?;
        let vans = match &order.assignee {
            Some(assignee) => vans_of(self.reads(), assignee.person).await?,
            None => Vec::new(),
        };
        let vans: Vec<PlaceId> = vans.into_iter().map(|van| van.id).collect();
        let (installed, assign) = work_orders::installed(serial, &found, &requester, &vans)?;
        let mut plan = if assign { self.assigning(&installed, &requester, stamp).await? } else { Plan::default() };
        if order.place_id != PlaceId::home_of(order.customer_id) {
            let (system, external_id) = (installed.system.clone(), installed.external_id.clone());
            let place = Some(order.place_id);
            plan.push(DeviceChange::PutPlace { system, external_id, place }, "it was installed there");
        }
        if self.reads().identities(order.customer_id).await?.is_empty() {
            let invite = Invite { requester_id: requester, asked_by: stamp.actor.clone(), missing_since: None };
            plan.push(JobChange::Enqueue(stamp.job(invite)), "the customer can activate now");
        }
        Ok((Action::Finish { installed: Some(installed) }, plan))
    }

    /// The change of the device's holder, by the same rules as for the office and the warehouse.
    async fn assigning(
        &self,
        installed: &InstalledDevice,
        requester: &str,
        stamp: Stamp<'_>,
    ) -> Result<Plan, HubError> {
        let change = AssetChange::Hand(DeviceAssignee {
            display_id: installed.external_id.clone(),
            name: installed.name.clone(),
            from: None,
            to: Some(requester.to_owned()),
        });
        Ok(self.plan_device_write(change, stamp).await?.1)
    }

    /// The customer's active requester.
    async fn requester_of_work(&self, order: &WorkOrder) -> Result<String, HubError> {
        let links = self.reads().links(order.customer_id).await?;
        let link = active_link(&links, Kind::Requester).filter(|link| link.record.system == self.desk.name());
        let requester = link.map(|link| link.record.clone()).ok_or(WorkOrderError::NoRequester)?;
        let known = self.reads().record(&requester).await?;
        match known.map(|record| record.attributes) {
            Some(Attributes::Requester(it)) if !it.active => {
                Err(DeviceError::RequesterInactive { requester: requester.external_id, system: requester.system }
                    .into())
            }
            _ => Ok(requester.external_id),
        }
    }

    /// The devices with a serial number in any spelling, each with its place.
    async fn stocked(&self, typed: &str) -> Result<Vec<StockedDevice>, HubError> {
        let Some(serial) = normalise::serial(typed) else { return Ok(Vec::new()) };
        let system = self.desk.name();
        let mut found = Vec::new();
        for known in self.reads().devices_by_serial(&serial, NAMESAKES).await? {
            let device = known.device;
            if device.system != system {
                continue;
            }
            let place = self.reads().device_place(system, &device.external_id).await?;
            found.push(StockedDevice { device, place });
        }
        Ok(found)
    }
}
