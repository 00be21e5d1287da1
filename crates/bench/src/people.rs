//! Fictional customers, and the plans of their activations: the same plans that the hub would make.

use std::collections::{BTreeMap, BTreeSet};

use jiff::SignedDuration;
use serde_json::json;
use tessera_core::activation::{self, Activation, ClaimAttempt, ClaimOutcome, FetchedRecords};
use tessera_core::devices::DeviceType;
use tessera_core::invitations::change::InvitationChange;
use tessera_core::invitations::{Entitlement, Invitation};
use tessera_core::kernel::actor::{Actor, Channel};
use tessera_core::kernel::clock::{Clock, SystemClock};
use tessera_core::kernel::customer::{IdentityKey, SignIn};
use tessera_core::kernel::ids::JobId;
use tessera_core::kernel::job::change::JobChange;
use tessera_core::kernel::plan::{Change, Plan, Stamp};
use tessera_core::kernel::record::{Asset, Attributes, Contact, Kind, LeftOut, Observation, RecordKey, Requester};
use tessera_core::sync::reconcile::Facts;
use uuid::Uuid;

/// Number of devices per customer.
pub const DEVICES: u64 = 3;

const FIRST: [&str; 16] = [
    "Ada", "Bela", "Cleo", "Dora", "Emil", "Fay", "Gil", "Hana", "Ivo", "Juno", "Kai", "Lena", "Milo", "Nell", "Otto",
    "Pia",
];
const LAST: [&str; 16] = [
    "Alder", "Birch", "Cedar", "Dogwood", "Elm", "Fir", "Gingko", "Hazel", "Ivy", "Juniper", "Katsura", "Larch",
    "Maple", "Nutmeg", "Oak", "Pine",
];

/// A customer who has signed in through an invitation, and whose records have been read. Only the last plan is missing.
#[derive(Debug)]
pub struct Ready {
    /// The pending activation.
    pub activation: Activation,
    /// Its invitation.
    pub invitation: Invitation,
    /// The job that runs it.
    pub job: JobId,
    requester: Observation,
    contact: Observation,
    assets: Vec<Observation>,
}

/// The subject of the `n`th customer's sign-in.
pub fn subject(n: u64) -> String {
    format!("00000000-0000-4000-8000-{n:012x}")
}

/// The first half of the `n`th customer's activation: the state of the database before the last step.
pub fn invite_and_claim(n: u64, issuer: &str) -> anyhow::Result<(Plan, Ready)> {
    let now = SystemClock.now();
    let name = name(n);
    let invitation = Invitation {
        id: Uuid::now_v7().into(),
        system: "freshservice".to_owned(),
        kind: Kind::Requester,
        external_id: requester_id(n),
        name: name.clone(),
        email: email(n),
        token_hash: token_hash(),
        created_at: now,
        created_by: "system:freshservice".to_owned(),
        expires_at: now + SignedDuration::from_hours(24 * 14),
        opened_at: None,
        claim: None,
        consumed_at: None,
        revoked: None,
        ground: Entitlement::Token,
    };
    let sign_in = SignIn {
        identity: IdentityKey { issuer: issuer.to_owned(), subject: subject(n) },
        provider: "customers".to_owned(),
        email: Some(email(n)),
        email_verified: true,
        name: Some(name),
    };
    let attempt = ClaimAttempt { invitation: &invitation, sign_in, identity_of: None, requester_of: None };
    let answer = stamped(n, |stamp| activation::claim_invitation(attempt, stamp))?;
    let ClaimOutcome::Begin(begin, activation) = answer else { anyhow::bail!("a first sign-in begins an activation") };
    let job = begin.changes().find_map(|change| match change {
        Change::Job(JobChange::Enqueue(job)) => Some(job.id),
        _ => None,
    });
    let job = job.ok_or_else(|| anyhow::anyhow!("an activation runs as a job"))?;
    let mut plan = Plan::default();
    plan.push(InvitationChange::Create(Box::new(invitation.clone())), "the requester is invited");
    plan.extend(begin);
    let assets = (0..DEVICES).map(|which| asset(n, which)).collect();
    let ready =
        Ready { activation: *activation, invitation, job, requester: requester(n), contact: contact(n), assets };
    Ok((plan, ready))
}

/// The second half: the linked record with its devices, timeline, notice and finished job.
pub fn complete(n: u64, ready: Ready, device_type: &DeviceType) -> anyhow::Result<Plan> {
    let read_at = ready.requester.read_at;
    let facts = Facts {
        requester: ready.requester,
        contacts: vec![ready.contact],
        assets: ready.assets,
        contact_link: None,
        contact_owners: Vec::new(),
        asked: Vec::new(),
        assigned: BTreeSet::new(),
        waiting: Vec::new(),
        contested: Vec::new(),
        known: BTreeMap::new(),
        linked_contact: None,
        read_at,
        device_type,
    };
    let gathered = FetchedRecords {
        licence: Some(tessera_core::access::licence::LicenceType::Custportal),
        activation: ready.activation,
        invitation: &ready.invitation,
        home: None,
        identity_of: None,
        facts: Some(facts),
    };
    let plan = stamped(n, |stamp| {
        let mut plan = activation::complete(gathered, stamp)?;
        plan.push(JobChange::Finish { id: ready.job, attempt: 1, at: stamp.now }, "this was the job");
        Ok::<_, tessera_core::invitations::ActivationError>(plan)
    })?;
    Ok(plan)
}

/// The requester, the contact and the assets of the `n`th customer, as read from the outside systems.
pub fn read(n: u64) -> (Observation, Observation, Vec<Observation>) {
    (requester(n), contact(n), (0..DEVICES).map(|which| asset(n, which)).collect())
}

/// Makes something with a stamp of the present time and the `n`th customer.
pub fn stamped<T>(n: u64, make: impl FnOnce(Stamp<'_>) -> T) -> T {
    let actor = Actor::User(subject(n).into());
    make(Stamp {
        now: SystemClock.now(),
        reading: SystemClock.now(),
        actor: &actor,
        channel: Channel::Activation,
        mint: &Uuid::now_v7,
    })
}

fn token_hash() -> [u8; 32] {
    let (one, other) = (Uuid::now_v7(), Uuid::now_v7());
    let mut hash = [0; 32];
    hash[..16].copy_from_slice(one.as_bytes());
    hash[16..].copy_from_slice(other.as_bytes());
    hash
}

fn pick<'a>(from: &[&'a str; 16], n: u64) -> &'a str {
    from[usize::try_from(n % 16).unwrap_or(0)]
}

fn name(n: u64) -> String {
    format!("{} {}", pick(&FIRST, n), pick(&LAST, n / 16))
}

fn email(n: u64) -> String {
    format!("{}.{}.{n}@example.com", pick(&FIRST, n).to_lowercase(), pick(&LAST, n / 16).to_lowercase())
}

fn phone(n: u64) -> String {
    format!("+44 1632 {n:09}")
}

fn requester_id(n: u64) -> String {
    (21_000_000_000 + n).to_string()
}

fn requester(n: u64) -> Observation {
    let requester = Requester {
        name: name(n),
        primary_email: Some(email(n)),
        secondary_emails: Vec::new(),
        mobile_phone: Some(phone(n)),
        work_phone: None,
        active: true,
        is_agent: false,
        company_domains: Vec::new(),
        left_out: LeftOut::default(),
    };
    let raw = json!({
        "id": 21_000_000_000 + n, "first_name": pick(&FIRST, n), "last_name": pick(&LAST, n / 16), "job_title": null,
        "primary_email": email(n), "secondary_emails": [], "work_phone_number": null, "mobile_phone_number": phone(n),
        "department_ids": [], "can_see_all_tickets_from_associated_departments": false, "reporting_manager_id": null,
        "address": "1 Orchard Road", "time_zone": "London", "time_format": "24h", "language": "en", "location_id": null,
        "background_information": null, "active": true, "has_logged_in": false, "is_agent": false, "vip_user": false,
        "external_id": null, "work_schedule_id": null,
        "created_at": "2026-03-01T09:00:00Z", "updated_at": "2026-11-01T09:00:00Z", "custom_fields": {},
    });
    observation("freshservice", Kind::Requester, requester_id(n), Attributes::Requester(requester), raw)
}

fn contact(n: u64) -> Observation {
    let contact = Contact {
        name: name(n),
        primary_email: Some(email(n)),
        other_emails: Vec::new(),
        mobile_phone: Some(phone(n)),
        work_phone: None,
        lifecycle_stage: Some("Customer".to_owned()),
        open_deals: Some(0),
        won_deals: Some(1),
        ..Contact::default()
    };
    let raw = json!({
        "id": 70_000_000_000_u64 + n, "first_name": pick(&FIRST, n), "last_name": pick(&LAST, n / 16),
        "display_name": name(n), "email": email(n), "emails": [{"value": email(n), "is_primary": true}],
        "mobile_number": phone(n), "work_number": null, "address": "1 Orchard Road", "city": "Little Appleton",
        "country": "United Kingdom", "time_zone": "London", "lead_score": 20, "open_deals_count": 0, "won_deals_count": 1,
        "lifecycle_stage_id": 402, "contact_status_id": 501, "tags": [], "custom_field": {},
        "created_at": "2026-02-01T09:00:00Z", "updated_at": "2026-11-01T09:00:00Z",
    });
    let id = (70_000_000_000 + n).to_string();
    observation("freshsales", Kind::Contact, id, Attributes::Contact(contact), raw)
}

fn asset(n: u64, which: u64) -> Observation {
    let number = n * DEVICES + which + 1;
    let serial = format!("HIB26W{number:09}");
    let asset = Asset {
        asset_id: (21_500_000_000 + number).to_string(),
        name: "PACE 5 kW".to_owned(),
        asset_tag: Some(format!("ASSET-{number}")),
        asset_type_id: "21000855304".to_owned(),
        asset_type: Some(DeviceType::default().0),
        used_by: Some(requester_id(n)),
        assigned_on: None,
        serial: Some(serial.clone()),
        inverter_serial: Some(serial.clone()),
        inverter_vendor: Some("GoodWe".to_owned()),
        state: Some("In Use".to_owned()),
        product: Some("PACE".to_owned()),
        vendor: Some("Wetility".to_owned()),
        trashed: false,
    };
    let raw = json!({
        "id": 21_500_000_000 + number, "display_id": number, "name": "PACE 5 kW", "description": null,
        "asset_type_id": 21_000_855_304_u64, "impact": "low", "author_type": "User", "usage_type": "permanent",
        "asset_tag": format!("ASSET-{number}"), "user_id": 21_000_000_000 + n, "department_id": null,
        "location_id": null, "agent_id": null, "group_id": null, "assigned_on": null, "workspace_id": 2,
        "created_at": "2026-03-01T09:00:00Z", "updated_at": "2026-11-01T09:00:00Z", "end_of_life": null,
        "discovery_enabled": false,
        "type_fields": {
            "product_21000855300": 21_000_001, "vendor_21000855300": 21_000_002, "asset_state_21000855300": "In Use",
            "serial_number_21000855304": serial, "inverter_serial_number_21000855304": serial,
            "inverter_vendor_21000855304": "GoodWe",
        },
    });
    observation("freshservice", Kind::Asset, number.to_string(), Attributes::Asset(asset), raw)
}

fn observation(
    system: &str,
    kind: Kind,
    external_id: String,
    attributes: Attributes,
    raw: serde_json::Value,
) -> Observation {
    let key = RecordKey::new(system, kind, external_id);
    Observation { key, attributes, raw, updated_at: None, read_at: SystemClock.now() }
}
