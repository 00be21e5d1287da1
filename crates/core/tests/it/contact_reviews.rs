//! A second contact with the same e-mail address: staff decide in one review (`A04`, `H03`).

use std::collections::{BTreeMap, BTreeSet};
use tessera_core::kernel::actor::{Actor, Channel};

use jiff::Timestamp;
use serde_json::Value;
use tessera_core::devices::DeviceType;
use tessera_core::kernel::customer::change::LinkChange;
use tessera_core::kernel::plan::{Change, CustomerEdit, Stamp};
use tessera_core::kernel::record::{Asset, Attributes, Contact, Kind, Observation, RecordKey, Requester};
use tessera_core::sync::change::ReviewChange;
use tessera_core::sync::reconcile::{self, Facts, Why};
use tessera_core::sync::review::Question;
use uuid::Uuid;

const NOW: Timestamp = Timestamp::constant(1_790_000_000, 0);

fn seen(system: &str, kind: Kind, id: &str, attributes: Attributes) -> Observation {
    Observation { key: RecordKey::new(system, kind, id), attributes, raw: Value::Null, updated_at: None, read_at: NOW }
}

fn asset(id: &str, name: &str, kind: &str) -> Observation {
    let asset = Asset {
        name: name.into(),
        asset_type: Some(kind.into()),
        used_by: Some("777".into()),
        serial: Some(format!("SN-{id}")),
        ..Asset::default()
    };
    seen("freshservice", Kind::Asset, id, Attributes::Asset(asset))
}

fn facts(device_type: &DeviceType) -> Facts<'_> {
    let (name, address) = ("Jane Doe".to_owned(), Some("Jane@Example.com".to_owned()));
    let requester = Requester { name: name.clone(), primary_email: address, active: true, ..Requester::default() };
    let contact = Contact { name, primary_email: Some("jane@example.com".into()), ..Contact::default() };
    Facts {
        requester: seen("freshservice", Kind::Requester, "777", Attributes::Requester(requester)),
        contacts: vec![seen("freshsales", Kind::Contact, "5001", Attributes::Contact(contact))],
        assets: vec![asset("4", "PACE 5 kW", "Hybrid Inverter Bundle"), asset("9", "Router", "Router")],
        contact_link: None,
        contact_owners: Vec::new(),
        asked: Vec::new(),
        assigned: BTreeSet::new(),
        waiting: Vec::new(),
        contested: Vec::new(),
        known: BTreeMap::new(),
        linked_contact: None,
        read_at: NOW,
        device_type,
    }
}

#[test]
fn a04_h03_second_contact_with_the_address_opens_one_review() {
    let device_type = DeviceType::default();
    let mint: fn() -> Uuid = Uuid::now_v7;
    let stamp = Stamp { now: NOW, reading: NOW, actor: &Actor::Hub, channel: Channel::Job, mint: &mint };
    let customer = CustomerEdit::new("Jane Doe", Some("Jane@Example.com"), stamp).customer;
    let mut link = None;
    let mut draft = CustomerEdit::of(customer.clone(), stamp);
    reconcile::reconcile(&mut draft, facts(&device_type), Why::Refresh, stamp);
    for change in draft.finish().changes() {
        if let Change::Link(LinkChange::Create(made)) = change {
            link = Some((**made).clone());
        }
    }
    let asked = |before: Vec<Question>| -> Vec<Question> {
        let mut both = facts(&device_type);
        let mut second = both.contacts[0].clone();
        second.key.external_id = "5009".to_owned();
        both.contacts.push(second);
        both.contact_link = link.clone();
        both.asked = before;
        let mut draft = CustomerEdit::of(customer.clone(), stamp);
        reconcile::reconcile(&mut draft, both, Why::Refresh, stamp);
        let plan = draft.finish();
        assert!(
            !plan
                .changes()
                .any(|change| matches!(change, Change::Link(LinkChange::End { .. } | LinkChange::Create(_))))
        );
        let questions = plan.changes().filter_map(|change| match change {
            Change::Review(ReviewChange::Create(review)) => Some(review.question.clone()),
            _ => None,
        });
        questions.collect()
    };
    let first = asked(Vec::new());
    assert!(matches!(&first[..], [Question::OtherContact { candidates, .. }] if candidates[0].external_id == "5009"));
    assert_eq!(asked(first), []);
}
