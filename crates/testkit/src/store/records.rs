//! Observed records of the service desk.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;
use tessera_core::devices::DeviceType;
use tessera_core::kernel::plan::{Change, Plan};
use tessera_core::kernel::record::change::RecordChange;
use tessera_core::kernel::record::{Asset, Attributes, Kind, Observation, RecordKey, Requester};
use tessera_core::sync::device_assignment::{self, AssignmentContext};
use tessera_core::sync::reconcile::Facts;

use super::plans::{at, stamp};

/// The service desk's system name.
pub const DESK: &str = "freshservice";

/// A requester's record.
pub fn requester_key(id: &str) -> RecordKey {
    RecordKey::new(DESK, Kind::Requester, id)
}

/// A requester, as read at this time.
pub fn requester(id: &str, name: &str, email: &str, read: i64) -> Observation {
    let requester =
        Requester { name: name.into(), primary_email: Some(email.into()), active: true, ..Requester::default() };
    Observation {
        key: requester_key(id),
        attributes: Attributes::Requester(requester),
        raw: json!({ "id": id, "first_name": name }),
        updated_at: Some(at(-60)),
        read_at: at(read),
    }
}

/// An asset of a type, as read at this time.
pub fn asset(id: &str, holder: Option<&str>, kind: &str, read: i64) -> Observation {
    let asset = Asset {
        asset_id: format!("21000{id}"),
        name: format!("Bundle {id}"),
        asset_type_id: "9".into(),
        asset_type: Some(kind.into()),
        used_by: holder.map(ToOwned::to_owned),
        serial: Some(format!("SN-{id}")),
        ..Asset::default()
    };
    Observation {
        key: RecordKey::new(DESK, Kind::Asset, id),
        attributes: Attributes::Asset(asset),
        raw: json!({ "display_id": id }),
        updated_at: None,
        read_at: at(read),
    }
}

/// An asset of the device type.
pub fn bundle(id: &str, holder: Option<&str>, read: i64) -> Observation {
    asset(id, holder, "Hybrid Inverter Bundle", read)
}

/// The plan for the observation of an asset without a customer, whatever the store contains.
pub fn seeing(asset: &Observation) -> Plan {
    let device_type = DeviceType::default();
    let hands =
        AssignmentContext { known: None, before: None, owner_before: None, owner_now: None, device_type: &device_type };
    let mut plan = device_assignment::asset(asset, hands, stamp(0));
    plan.steps.retain(|step| !matches!(step.change, Change::Record(RecordChange::Expect { .. })));
    plan
}

/// The facts of an activation: the requester with these assets, without a contact.
pub fn facts(requester: Observation, assets: Vec<Observation>, device_type: &DeviceType) -> Facts<'_> {
    Facts {
        read_at: requester.read_at,
        requester,
        contacts: Vec::new(),
        assets,
        contact_link: None,
        contact_owners: Vec::new(),
        asked: Vec::new(),
        assigned: BTreeSet::new(),
        waiting: Vec::new(),
        contested: Vec::new(),
        known: BTreeMap::new(),
        linked_contact: None,
        device_type,
    }
}
