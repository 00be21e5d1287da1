//! A device assigned to another requester.

use jiff::Timestamp;
use std::borrow::Cow;
use tessera_core::devices::change::DeviceChange;
use tessera_core::devices::{Device, DeviceType};
use tessera_core::kernel::actor::{Actor, Channel};
use tessera_core::kernel::customer::Customer;
use tessera_core::kernel::plan::{Change, CustomerEdit, Plan, Stamp};
use tessera_core::kernel::record::{Asset, Attributes, Kind, Observation, RecordKey};
use tessera_core::kernel::timeline::change::TimelineChange;
use tessera_core::sync::device_assignment::{self, AssignmentContext};
use uuid::Uuid;

static MINT: fn() -> Uuid = Uuid::now_v7;
const STAMP: Stamp<'static> = Stamp {
    now: Timestamp::UNIX_EPOCH,
    reading: Timestamp::UNIX_EPOCH,
    actor: const { &Actor::System(Cow::Borrowed("freshservice")) },
    channel: Channel::Hook,
    mint: &MINT,
};

fn held_by(requester: &str) -> Observation {
    let asset = Asset {
        name: "PACE 5 kW".into(),
        asset_type: Some("Hybrid Inverter Bundle".into()),
        used_by: Some(requester.into()),
        ..Asset::default()
    };
    Observation {
        key: RecordKey::new("freshservice", Kind::Asset, "4"),
        attributes: Attributes::Asset(asset),
        raw: serde_json::Value::Null,
        updated_at: None,
        read_at: Timestamp::UNIX_EPOCH,
    }
}

fn customer(name: &str) -> Customer {
    CustomerEdit::new(name, None, STAMP).customer
}

/// The plan when the device is moved from requester 777 to 778.
fn moving(before: Customer, now: Customer) -> Plan {
    let kind = DeviceType::default();
    let device = Device::of(&held_by("777"), &kind);
    let hands = AssignmentContext {
        known: Some(Timestamp::UNIX_EPOCH),
        before: device.as_ref(),
        owner_before: Some(before),
        owner_now: Some(now),
        device_type: &kind,
    };
    device_assignment::asset(&held_by("778"), hands, STAMP)
}

fn told(plan: &Plan) -> Vec<String> {
    let event = |change: &Change| match change {
        Change::Timeline(TimelineChange::Append(entry)) => entry.event().map(|event| event.name().to_owned()),
        _ => None,
    };
    plan.changes().filter_map(event).collect()
}

#[test]
fn a09_moving_a_device_updates_both_customers_timelines() {
    let plan = moving(customer("Jane"), customer("John"));
    assert_eq!(told(&plan), ["device_unassigned", "device_assigned"]);
}

#[test]
fn a09_moving_a_device_within_one_customer_adds_no_timeline_entry() {
    let jane = customer("Jane");
    let plan = moving(jane.clone(), jane);
    // Two changes planned from one version of a customer would conflict.
    assert_eq!(told(&plan), [] as [&str; 0]);
    assert!(plan.changes().any(|change| matches!(change, Change::Device(DeviceChange::Put(_)))));
}
