//! A snapshot of the plans of one activation, as shown to staff.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicU64, Ordering};

use jiff::Timestamp;
use serde_json::Value;
use tessera_core::activation::{self, ClaimAttempt, ClaimOutcome, FetchedRecords};
use tessera_core::devices::DeviceType;
use tessera_core::invitations::change::InvitationChange;
use tessera_core::invitations::{Entitlement, Invitation};
use tessera_core::kernel::actor::{Actor, Channel};
use tessera_core::kernel::customer::{IdentityKey, SignIn};
use tessera_core::kernel::ids::InvitationId;
use tessera_core::kernel::plan::{Change, Stamp};
use tessera_core::kernel::record::{Asset, Attributes, Contact, Kind, Observation, RecordKey, Requester};
use tessera_core::sync::reconcile::Facts;
use tessera_web::timeline::plan::words;
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
fn a13_h01_h02_activation_plan_is_readable() {
    let next = AtomicU64::new(1);
    let mint = || Uuid::from_u128(next.fetch_add(1, Ordering::Relaxed).into());
    let stamp = Stamp {
        now: NOW,
        reading: NOW,
        actor: const { &Actor::User(Cow::Borrowed("subject-1")) },
        channel: Channel::Activation,
        mint: &mint,
    };
    let mut invitation = Invitation {
        id: InvitationId(Uuid::nil()),
        system: "freshservice".into(),
        kind: Kind::Requester,
        external_id: "777".into(),
        name: "Jane Doe".into(),
        email: "Jane@Example.com".into(),
        token_hash: [0; 32],
        created_at: NOW,
        created_by: "system:freshservice".into(),
        expires_at: NOW + jiff::SignedDuration::from_hours(24),
        opened_at: None,
        claim: None,
        consumed_at: None,
        revoked: None,
        ground: Entitlement::Token,
    };
    let sign_in = SignIn {
        identity: IdentityKey { issuer: "https://id.example".into(), subject: "subject-1".into() },
        provider: "idp".into(),
        email: Some("jd@example.net".into()),
        email_verified: true,
        name: None,
    };

    let attempt = ClaimAttempt { invitation: &invitation, sign_in, identity_of: None, requester_of: None };
    let Ok(ClaimOutcome::Begin(begins, activation)) = activation::claim_invitation(attempt, stamp) else {
        panic!("nothing speaks against it");
    };
    for change in begins.changes() {
        if let Change::Invitation(InvitationChange::Claim { claim, .. }) = change {
            invitation.claim = Some(claim.clone());
        }
    }
    let device_type = DeviceType::default();
    let gathered = FetchedRecords {
        licence: Some(tessera_core::access::licence::LicenceType::Custportal),
        activation: *activation,
        invitation: &invitation,
        home: None,
        identity_of: None,
        facts: Some(facts(&device_type)),
    };
    let completes = activation::complete(gathered, stamp).expect("nothing speaks against it");

    let story = format!("The sign-in\n{}\nThe background steps\n{}", words(&begins), words(&completes));
    insta::assert_snapshot!("activation_plan", story);
}
