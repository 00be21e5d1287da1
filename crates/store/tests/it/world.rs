//! Plainly made-up customers and what surrounds them.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use tessera_core::kernel::actor::{Actor, Channel};

use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use tessera_core::activation::{self, Activation, ClaimAttempt, ClaimOutcome, FetchedRecords};
use tessera_core::credentials::change::IdentityChange;
use tessera_core::credentials::session::NewSession;
use tessera_core::devices::DeviceType;
use tessera_core::invitations::change::InvitationChange;
use tessera_core::invitations::{Claim, Entitlement, Invitation};
use tessera_core::kernel::answer::AnswerChange;
use tessera_core::kernel::customer::change::LinkChange;
use tessera_core::kernel::customer::{
    Customer, EndReason, Ended, Evidence, Identity, IdentityKey, Link, Origin, SignIn,
};
use tessera_core::kernel::ids::{CustomerId, InvitationId};
use tessera_core::kernel::job::Job;
use tessera_core::kernel::job::change::JobChange;
use tessera_core::kernel::plan::{Change, CustomerEdit, Plan, Stamp};
use tessera_core::kernel::record::change::RecordChange;
use tessera_core::kernel::record::{Asset, Attributes, Kind, Observation, RecordKey, Requester};
use tessera_core::kernel::timeline::Event;
use tessera_core::persons::Person;
use tessera_core::persons::change::PersonChange;
use tessera_core::staff::StaffChange;
use tessera_core::sync::device_assignment::{self, AssignmentContext};
use tessera_core::sync::reconcile::Facts;
use tessera_store::{ApplyError, Conflict, Store};
use uuid::Uuid;

pub const DESK: &str = "freshservice";
pub const ISSUER: &str = "https://id.example";

/// Some second of the tests' time.
pub fn at(seconds: i64) -> Timestamp {
    Timestamp::constant(1_790_000_000, 0) + SignedDuration::from_secs(seconds)
}

pub fn stamp(seconds: i64) -> Stamp<'static> {
    static MINT: fn() -> Uuid = Uuid::now_v7;
    Stamp {
        now: at(seconds),
        actor: const { &Actor::Staff(Cow::Borrowed("jo")) },
        channel: Channel::Console,
        mint: &MINT,
    }
}

pub fn plan(changes: impl IntoIterator<Item: Into<Change>>) -> Plan {
    let mut plan = Plan::default();
    changes.into_iter().for_each(|change| plan.push(change, "the test wants it"));
    plan
}

/// A session that begins at second 0, for nobody's identity.
pub fn session(token_hash: u8, who: &str, owner: &str, expires: i64) -> NewSession {
    NewSession {
        token_hash: [token_hash; 32],
        who: who.into(),
        owner: owner.to_owned(),
        identity: None,
        device: None,
        address: None,
        created_at: at(0),
        expires_at: at(expires),
        replaces: None,
        proof: None,
    }
}

/// Asks for an effect.
pub async fn enqueue(store: &Store, job: &Job) -> Result<(), ApplyError> {
    store.apply(&plan([JobChange::Enqueue(job.clone())])).await
}

/// Keeps the answer to a request that may be repeated.
pub async fn keep_answer(store: &Store, key: &str, hash: u8, answer: &str, seconds: i64) -> Result<(), ApplyError> {
    let (key, request_hash, answer) = (key.to_owned(), [hash; 32], answer.to_owned());
    store.apply(&plan([AnswerChange::Keep { key, request_hash, status: 201, answer, at: at(seconds) }])).await
}

/// Gives a machine a key.
pub async fn put_api_key(store: &Store, name: &str, hash: u8, seconds: i64) -> Result<(), ApplyError> {
    let (id, name, hash) = (Uuid::now_v7().into(), name.to_owned(), [hash; 32]);
    store.apply(&plan([StaffChange::PutApiKey { id, name, hash, at: at(seconds) }])).await
}

/// The conflict a plan ran into.
pub fn conflict(outcome: Result<(), ApplyError>) -> Conflict {
    match outcome {
        Err(ApplyError::Conflict(conflict)) => conflict,
        other => panic!("expected a conflict, got {other:?}"),
    }
}

/// A customer of its own, without links.
pub async fn new_customer(store: &Store, name: &str) -> Customer {
    let draft = CustomerEdit::new(name, Some("someone@example.com"), stamp(0));
    let id = draft.customer.id;
    store.apply(&draft.finish()).await.expect("a new customer is written");
    store.customer(id).await.expect("the store answers").expect("the customer is there")
}

/// A plan that renames a customer.
pub fn renaming(customer: &Customer, to: &str, seconds: i64) -> Plan {
    let mut draft = CustomerEdit::of(customer.clone(), stamp(seconds));
    draft.note(&Event::Renamed { from: (&customer.name).into(), to: to.into() });
    to.clone_into(&mut draft.customer.name);
    draft.finish()
}

pub fn requester_key(id: &str) -> RecordKey {
    RecordKey::new(DESK, Kind::Requester, id)
}

pub fn link(customer: CustomerId, record: RecordKey) -> Link {
    Link {
        id: Uuid::now_v7().into(),
        record,
        customer_id: customer,
        origin: Origin::Staff,
        actor: "staff:jo".into(),
        evidence: Evidence::PrimaryEmail { email: "someone@example.com".into() },
        created_at: at(0),
        suspended: None,
        ended: None,
    }
}

pub fn linking(link: &Link) -> Plan {
    plan([LinkChange::Create(Box::new(link.clone()))])
}

pub fn ending(link: &Link, seconds: i64) -> Plan {
    let ended = Ended {
        at: at(seconds),
        by: "staff:jo".into(),
        why: EndReason::Requested { note: "linked by mistake".into() },
    };
    plan([LinkChange::End { id: link.id, ended }])
}

pub fn identity_key(subject: &str) -> IdentityKey {
    IdentityKey { issuer: ISSUER.into(), subject: subject.into() }
}

pub fn sign_in(subject: &str) -> SignIn {
    SignIn {
        identity: identity_key(subject),
        provider: "idp".into(),
        email: Some(format!("{subject}@example.net")),
        email_verified: true,
        name: None,
    }
}

/// A person with an identity, for a customer.
pub fn identity(customer: CustomerId, subject: &str) -> (Person, Identity) {
    let person = Person::at_home(Uuid::now_v7().into(), customer, "Jane", None, at(0));
    let identity = Identity {
        id: Uuid::now_v7().into(),
        person_id: person.id,
        customer_id: customer,
        sign_in: sign_in(subject),
        created_at: at(0),
        last_used_at: None,
    };
    (person, identity)
}

pub fn introducing((person, identity): &(Person, Identity)) -> Plan {
    plan([
        Change::from(PersonChange::Create(Box::new(person.clone()))),
        IdentityChange::Create(Box::new(identity.clone())).into(),
    ])
}

pub fn invitation(requester_id: &str) -> Invitation {
    let id = Uuid::now_v7();
    let mut token_hash = [0; 32];
    token_hash[..16].copy_from_slice(id.as_bytes());
    Invitation {
        id: InvitationId(id),
        system: DESK.into(),
        kind: Kind::Requester,
        external_id: requester_id.into(),
        name: "Jane Doe".into(),
        email: "jane@example.com".into(),
        token_hash,
        created_at: at(0),
        created_by: "staff:jo".into(),
        expires_at: at(3600),
        opened_at: None,
        claim: None,
        consumed_at: None,
        revoked: None,
        ground: Entitlement::Token,
    }
}

/// An invitation that is there.
pub async fn invited(store: &Store, requester_id: &str) -> Invitation {
    let invitation = invitation(requester_id);
    store.apply(&plan([InvitationChange::Create(Box::new(invitation.clone()))])).await.expect("it is written");
    invitation
}

pub fn claiming(id: InvitationId, subject: &str, seconds: i64) -> Plan {
    let claim = Claim { identity: identity_key(subject), shown_as: "j•••@example.net".into(), at: at(seconds) };
    plan([InvitationChange::Claim { id, claim }])
}

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

/// The plan that follows from having read an asset nobody is told about, whatever is stored of it.
pub fn seeing(asset: &Observation) -> Plan {
    let device_type = DeviceType::default();
    let hands =
        AssignmentContext { known: None, before: None, owner_before: None, owner_now: None, device_type: &device_type };
    let mut plan = device_assignment::asset(asset, hands, stamp(0));
    plan.steps.retain(|step| !matches!(step.change, Change::Record(RecordChange::Expect { .. })));
    plan
}

/// Everything read for an activation: the requester with these assets, and no contact.
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

/// A sign-in through an invitation, begun.
pub async fn knocked(store: &Store, invitation: &Invitation, subject: &str) -> Activation {
    let attempt = ClaimAttempt { invitation, sign_in: sign_in(subject), identity_of: None, requester_of: None };
    match activation::claim_invitation(attempt, stamp(10)).expect("nothing speaks against it") {
        ClaimOutcome::Begin(plan, activation) => {
            store.apply(&plan).await.expect("the claim is free");
            *activation
        }
        ClaimOutcome::AlreadyClaimed => panic!("nobody was here before"),
    }
}

/// The plan that completes an activation for a requester the hub does not know yet.
pub fn completing(activation: &Activation, invitation: &Invitation, assets: Vec<Observation>) -> Plan {
    let device_type = DeviceType::default();
    let requester = requester(&invitation.external_id, "Jane Doe", "jane@example.com", 20);
    let gathered = FetchedRecords {
        licence: Some(tessera_core::access::licence::LicenceType::Custportal),
        activation: activation.clone(),
        invitation,
        home: None,
        identity_of: None,
        facts: Some(facts(requester, assets, &device_type)),
    };
    activation::complete(gathered, stamp(20)).expect("nothing speaks against it")
}

/// An activated customer with these assets.
pub async fn activated(store: &Store, requester_id: &str, subject: &str, assets: Vec<Observation>) -> Customer {
    let invitation = invited(store, requester_id).await;
    let activation = knocked(store, &invitation, subject).await;
    store.apply(&completing(&activation, &invitation, assets)).await.expect("the activation completes");
    store.customer_of(&requester_key(requester_id)).await.unwrap().expect("the customer is there")
}
