//! Device assignment: the changes that follow when an asset is read or gone, and the customers to notify (`A09`,
//! `A22`).

use jiff::Timestamp;

use crate::devices::change::DeviceChange;
use crate::devices::event::DeviceEvent;
use crate::devices::event::Leaving;
use crate::devices::event::SerialField;
use crate::devices::{Device, DeviceType};
use crate::kernel::customer::Customer;
use crate::kernel::plan::{CustomerEdit, Plan, Stamp};
use crate::kernel::record::change::RecordChange;
use crate::kernel::record::{Attributes, Observation, RecordKey};

/// The stored state of an asset that was just read.
#[derive(Debug)]
pub struct AssignmentContext<'a> {
    /// Time of the stored reading. `None` if the asset is new.
    pub known: Option<Timestamp>,
    /// The device, as stored.
    pub before: Option<&'a Device>,
    /// The previous owner.
    pub owner_before: Option<Customer>,
    /// The present owner.
    pub owner_now: Option<Customer>,
    /// The criteria for a device.
    pub device_type: &'a DeviceType,
}

/// Plans the changes for an asset that was read. If its owner changed, both owners are notified in one plan, so that
/// the old owner loses the device in the transaction in which the new one gains it (`A22`).
pub fn asset(observation: &Observation, hands: AssignmentContext<'_>, stamp: Stamp<'_>) -> Plan {
    let AssignmentContext { known, before, owner_before, owner_now, device_type } = hands;
    let now = Device::of(observation, device_type);
    let held_before = before.filter(|device| device.holder.is_some());
    let held_now = now.as_ref().filter(|device| device.holder.is_some());
    let mut plan = Plan::default();
    // A customer may have several requesters. A move between them does not change the owner.
    let same_owner = matches!((&owner_before, &owner_now), (Some(before), Some(now)) if before.id == now.id);
    let stays = held_before.is_some()
        && held_now.is_some()
        && (same_owner || held_before.map(|device| &device.holder) == held_now.map(|device| &device.holder));
    if let (Some(owner), Some(device), false) = (owner_before, held_before, stays) {
        let leaving = leaving(observation, now.as_ref(), owner_now.as_ref());
        plan.extend(taken(device, owner, leaving, stamp));
    }
    if let (Some(owner), Some(device)) = (owner_now, held_now) {
        let mut draft = CustomerEdit::of(owner, stamp);
        if !stays {
            draft.assign_device(device);
        }
        note_serials(&mut draft, &observation.key, held_before.filter(|_| stays), device);
        plan.extend(draft.finish());
    }
    plan.extend(put_asset(observation, known, device_type));
    plan
}

/// Plans the removal of a device from its customer.
pub(crate) fn taken(device: &Device, owner: Customer, leaving: Leaving, stamp: Stamp<'_>) -> Plan {
    let mut draft = CustomerEdit::of(owner, stamp);
    draft.unassign_device(device, leaving);
    draft.finish()
}

fn leaving(observation: &Observation, now: Option<&Device>, owner_now: Option<&Customer>) -> Leaving {
    match (&observation.attributes, now.map(|device| device.holder.as_ref())) {
        (_, Some(None)) => Leaving::Unassigned,
        (_, Some(Some(requester))) => {
            Leaving::Moved { requester_id: requester.clone(), customer_id: owner_now.map(|owner| owner.id) }
        }
        (Attributes::Asset(asset), None) if asset.trashed => Leaving::Trashed,
        (Attributes::Asset(asset), None) => Leaving::Retyped { asset_type: asset.asset_type.clone() },
        (_, None) => Leaving::Retyped { asset_type: None },
    }
}

/// Records corrected serial numbers, and warns once if two of them differ (`A06`).
fn note_serials(draft: &mut CustomerEdit<'_>, record: &RecordKey, before: Option<&Device>, now: &Device) {
    if let Some(before) = before {
        for (field, from, to) in [
            (SerialField::Serial, &before.serial, &now.serial),
            (SerialField::InverterSerial, &before.inverter_serial, &now.inverter_serial),
        ] {
            if from != to {
                let (record, name) = (record.clone(), now.name.clone());
                draft.note(DeviceEvent::SerialCorrected {
                    record,
                    name: name.into(),
                    field,
                    from: from.clone(),
                    to: to.clone(),
                });
            }
        }
    }
    let news =
        before.is_none_or(|before| (&before.serial, &before.inverter_serial) != (&now.serial, &now.inverter_serial));
    if let (true, true, Some(serial), Some(inverter)) =
        (news, now.serials_differ(), now.serial.clone(), now.inverter_serial.clone())
    {
        let (record, name) = (record.clone(), now.name.clone());
        draft.note(DeviceEvent::SerialsDiffer { record, name: name.into(), serial, inverter_serial: inverter });
    }
}

/// Plans the record and, if the asset is a device, the device.
pub(crate) fn put_asset(observation: &Observation, known: Option<Timestamp>, device_type: &DeviceType) -> Plan {
    let mut plan = Plan::default();
    plan.expect(&observation.key, known);
    plan.push(RecordChange::Put(Box::new(observation.clone())), "as the service desk told it");
    match Device::of(observation, device_type) {
        Some(device) => plan.push(DeviceChange::Put(Box::new(device)), "an asset of the device type is a device (A05)"),
        None => plan.push(
            DeviceChange::Drop {
                system: observation.key.system.clone(),
                external_id: observation.key.external_id.clone(),
                read_at: observation.read_at,
            },
            "an asset of another type is no device (A05)",
        ),
    }
    plan
}
