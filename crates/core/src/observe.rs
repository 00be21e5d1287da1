//! What follows from having read one object: the record is written, and whoever it concerns hears of it.
//!
//! Webhook, poll, full reading and activation all come through here.

use crate::customer::Customer;
use crate::device::{Device, DeviceType};
use crate::id::CustomerId;
use crate::invitation::Revocation;
use crate::job::Task;
use crate::normalise;
use crate::plan::{Change, Draft, Plan, Stamp};
use crate::record::{Attributes, Observation};
use crate::timeline::Event;

/// A requester was read. Its customer, if any, takes over name and address; invitations sent to an address that is no longer theirs die.
pub fn requester(
    observation: Observation,
    owner: Option<Customer>,
    invited_at: Option<&str>,
    stamp: Stamp<'_>,
) -> Plan {
    let mut plan = Plan::default();
    let address = observation.attributes.primary_email().and_then(normalise::email);
    let active = matches!(&observation.attributes, Attributes::Requester(requester) if requester.active);
    if let Some(invited_at) = invited_at {
        let why = match (active, normalise::email(invited_at) == address) {
            (false, _) => Some(Revocation::RequesterGone),
            (true, false) => Some(Revocation::EmailChanged),
            (true, true) => None,
        };
        if let Some(why) = why {
            let (system, requester_id) = (observation.key.system.clone(), observation.key.external_id.clone());
            let change = Change::RevokeInvitations { system, requester_id, at: stamp.now, why };
            plan.push(change, "an invitation is bound to the requester and the address it was sent to");
        }
    }
    if let Some(customer) = owner {
        let id = customer.id;
        let mut draft = Draft::of(customer, stamp);
        let before = draft.customer.email.as_deref().and_then(normalise::email);
        follow_requester(&mut draft, &observation);
        plan.extend(draft.finish());
        if before != address {
            let job = stamp.job(Task::Refresh { customer_id: id });
            plan.push(Change::Enqueue(job), "another address may have another contact");
        }
    }
    plan.push(Change::PutRecord(Box::new(observation)), "as the service desk told it");
    plan
}

/// The customer's name and known address follow the requester's.
pub(crate) fn follow_requester(draft: &mut Draft<'_>, requester: &Observation) {
    let name = requester.attributes.title();
    if !name.is_empty() && draft.customer.name != name {
        draft.note(&Event::Renamed { from: draft.customer.name.clone(), to: name.to_owned() });
        name.clone_into(&mut draft.customer.name);
    }
    let email = requester.attributes.primary_email().map(ToOwned::to_owned);
    if draft.customer.email != email {
        draft.note(&Event::EmailChanged { from: draft.customer.email.clone(), to: email.clone() });
        draft.customer.email = email;
    }
}

/// A contact was read. Customers who have its address are looked at again: it may be the one they lack, or one too many (`A04`).
pub fn contact(observation: Observation, concerned: &[CustomerId], stamp: Stamp<'_>) -> Plan {
    let mut plan = Plan::default();
    for customer_id in concerned {
        let job = stamp.job(Task::Refresh { customer_id: *customer_id });
        plan.push(Change::Enqueue(job), "a contact with this customer's address changed");
    }
    plan.push(Change::PutRecord(Box::new(observation)), "as the CRM told it");
    plan
}

/// An asset was read. When it changed hands, both hands hear of it (`A09`).
pub fn asset(
    observation: &Observation,
    before: Option<&Device>,
    owner_before: Option<Customer>,
    owner_now: Option<Customer>,
    device_type: &DeviceType,
    stamp: Stamp<'_>,
) -> Plan {
    let now = Device::of(observation, device_type);
    let held_before = before.filter(|device| device.holder.is_some());
    let held_now = now.as_ref().filter(|device| device.holder.is_some());
    let mut plan = Plan::default();
    // A customer may have several requesters; from one of them to another it stays in the same hands.
    let same_hands = matches!((&owner_before, &owner_now), (Some(before), Some(now)) if before.id == now.id);
    if !same_hands && held_before.map(|device| &device.holder) != held_now.map(|device| &device.holder) {
        let record = &observation.key;
        if let (Some(owner), Some(device)) = (owner_before, held_before) {
            let (name, serial) = (device.name.clone(), device.serial.clone());
            let mut draft = Draft::of(owner, stamp);
            draft.note(&Event::DeviceUnassigned { record: record.clone(), name, serial });
            plan.extend(draft.finish());
        }
        if let (Some(owner), Some(device)) = (owner_now, held_now) {
            let (name, serial) = (device.name.clone(), device.serial.clone());
            let mut draft = Draft::of(owner, stamp);
            draft.note(&Event::DeviceAssigned { record: record.clone(), name, serial });
            plan.extend(draft.finish());
        }
    }
    plan.extend(put_asset(observation, device_type));
    plan
}

/// An asset known before is not there any more.
pub fn asset_gone(
    device: &Device,
    owner: Option<Customer>,
    observed: crate::record::RecordKey,
    stamp: Stamp<'_>,
) -> Plan {
    let mut plan = Plan::default();
    if let Some(owner) = owner {
        let mut draft = Draft::of(owner, stamp);
        draft.note(&Event::DeviceUnassigned {
            record: observed.clone(),
            name: device.name.clone(),
            serial: device.serial.clone(),
        });
        plan.extend(draft.finish());
    }
    let (system, external_id) = (device.system.clone(), device.external_id.clone());
    plan.push(Change::BuryRecord { key: observed, at: stamp.now }, "the service desk no longer has it");
    plan.push(Change::DropDevice { system, external_id, read_at: stamp.now }, "what is gone is no device");
    plan
}

/// The record and, if the asset is one, the device.
pub(crate) fn put_asset(observation: &Observation, device_type: &DeviceType) -> Plan {
    let mut plan = Plan::default();
    plan.push(Change::PutRecord(Box::new(observation.clone())), "as the service desk told it");
    match Device::of(observation, device_type) {
        Some(device) => plan.push(Change::PutDevice(Box::new(device)), "an asset of the device type is a device (A05)"),
        None => plan.push(
            Change::DropDevice {
                system: observation.key.system.clone(),
                external_id: observation.key.external_id.clone(),
                read_at: observation.read_at,
            },
            "an asset of another type is no device (A05)",
        ),
    }
    plan
}
