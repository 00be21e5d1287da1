//! Property test: plans made from the current state and applied later, in any order. Their guards must be sufficient.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicU64, Ordering};
use tessera_core::kernel::actor::{Actor, Channel};

use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use tessera_core::activation::{self, ActivationState, ClaimAttempt, ClaimOutcome, FetchedRecords, Home, Owner};
use tessera_core::devices::DeviceType;
use tessera_core::invitations::change::InvitationChange;
use tessera_core::invitations::{Entitlement, Invitation, Revocation};
use tessera_core::kernel::customer::{IdentityKey, SignIn};
use tessera_core::kernel::ids::{CustomerId, InvitationId};
use tessera_core::kernel::plan::{Plan, Stamp};
use tessera_core::kernel::record::{Attributes, Contact, Kind, Observation, RecordKey, Requester};
use tessera_core::sync::observe::{self, Known};
use tessera_core::sync::reconcile::Facts;
use uuid::Uuid;

use crate::model::Model;

/// A random action. Numbers select among the existing objects.
#[derive(Debug, Clone)]
enum Deed {
    Invite { requester: u8 },
    Claim { invitation: usize, subject: u8 },
    Complete { activation: usize, contacts: u8 },
    Refuse { activation: usize },
    Unlink { link: usize },
    Observe { requester: u8, address: u8, active: bool },
}

fn deed() -> impl Strategy<Value = Deed> {
    let (requester, subject, number) = (0..3_u8, 0..4_u8, 0..64_usize);
    prop_oneof![
        2 => requester.clone().prop_map(|requester| Deed::Invite { requester }),
        4 => (number.clone(), subject).prop_map(|(invitation, subject)| Deed::Claim { invitation, subject }),
        4 => (number.clone(), 0..3_u8).prop_map(|(activation, contacts)| Deed::Complete { activation, contacts }),
        1 => number.clone().prop_map(|activation| Deed::Refuse { activation }),
        1 => number.prop_map(|link| Deed::Unlink { link }),
        1 => (requester, 0..3_u8, any::<bool>())
            .prop_map(|(requester, address, active)| Deed::Observe { requester, address, active }),
    ]
}

fn stamp(tick: i64) -> Stamp<'static> {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    static MINT: fn() -> Uuid = || Uuid::from_u128(NEXT.fetch_add(1, Ordering::Relaxed).into());
    let now = Timestamp::UNIX_EPOCH + SignedDuration::from_secs(tick);
    Stamp { now, reading: now, actor: &Actor::Hub, channel: Channel::Job, mint: &MINT }
}

/// An element selected by number, if there are any.
fn pick<T>(mut all: impl ExactSizeIterator<Item = T>, number: usize) -> Option<T> {
    let count = all.len();
    if count == 0 { None } else { all.nth(number % count) }
}

fn requester(id: &str, address: u8, active: bool, stamp: Stamp<'_>) -> Observation {
    let requester = Requester {
        name: format!("Requester {id}"),
        primary_email: Some(format!("address{address}@example.com")),
        active,
        ..Requester::default()
    };
    Observation {
        key: RecordKey::new("freshservice", Kind::Requester, id),
        attributes: Attributes::Requester(requester),
        raw: serde_json::Value::Null,
        updated_at: None,
        read_at: stamp.now,
    }
}

/// `count` contacts with this address. The first one is the same for every customer with the address.
fn contacts(address: u8, count: u8, stamp: Stamp<'_>) -> Vec<Observation> {
    let one = |n| {
        let primary_email = Some(format!("address{address}@example.com"));
        Observation {
            key: RecordKey::new("freshsales", Kind::Contact, format!("{address}-{n}")),
            attributes: Attributes::Contact(Contact { primary_email, ..Contact::default() }),
            raw: serde_json::Value::Null,
            updated_at: None,
            read_at: stamp.now,
        }
    };
    (0..count).map(one).collect()
}

fn invite(requester_id: &str, stamp: Stamp<'_>) -> Plan {
    let id: InvitationId = stamp.id();
    let mut token_hash = [0; 32];
    token_hash[..16].copy_from_slice(id.0.as_bytes());
    let invitation = Invitation {
        id,
        system: "freshservice".into(),
        kind: Kind::Requester,
        external_id: requester_id.into(),
        name: "Jane".into(),
        email: "address0@example.com".into(),
        token_hash,
        created_at: stamp.now,
        created_by: "hub".into(),
        expires_at: stamp.now + SignedDuration::from_secs(20),
        opened_at: None,
        claim: None,
        consumed_at: None,
        revoked: None,
        ground: Entitlement::Token,
    };
    let (system, external_id) = ("freshservice".to_owned(), requester_id.to_owned());
    let mut plan = Plan::default();
    plan.push(
        InvitationChange::Revoke { system, external_id, at: stamp.now, why: Revocation::Superseded },
        "a newer one",
    );
    plan.push(InvitationChange::Create(Box::new(invitation)), "asked for");
    plan
}

fn claim(model: &Model, number: usize, subject: u8, stamp: Stamp<'_>) -> Option<Plan> {
    let invitation = pick(model.invitations.values(), number)?;
    let identity = IdentityKey { issuer: "https://id.example".into(), subject: format!("subject-{subject}") };
    let owner = model.customer_of(&RecordKey::new(&invitation.system, Kind::Requester, &invitation.external_id));
    let identity_of = model.identity(&identity).map(|it| it.customer_id);
    let sign_in = SignIn { identity, provider: "idp".into(), email: None, email_verified: false, name: None };
    let attempt = ClaimAttempt {
        invitation,
        sign_in,
        identity_of: identity_of
            .map(|customer_id| Owner { customer_id, has_requester: has_requester(model, customer_id) }),
        requester_of: owner.map(|owner| (owner.id, !model.identities_of(owner.id).is_empty())),
    };
    match activation::claim_invitation(attempt, stamp) {
        Ok(ClaimOutcome::Begin(plan, _)) => Some(plan),
        Ok(ClaimOutcome::AlreadyClaimed) | Err(_) => None,
    }
}

fn has_requester(model: &Model, customer: CustomerId) -> bool {
    model.active_links_of(customer).iter().any(|link| link.record.kind == Kind::Requester)
}

fn complete(model: &Model, number: usize, found: u8, stamp: Stamp<'_>) -> Option<Plan> {
    let pending: Vec<_> = model.activations.values().filter(|it| it.state == ActivationState::Pending).collect();
    let activation = pick(pending.into_iter(), number)?.clone();
    let invitation = &model.invitations[&activation.invitation_id];
    let requester = requester(&invitation.external_id, 0, true, stamp);
    let by_requester = model.customer_of(&requester.key).cloned();
    let linked = by_requester.is_some();
    let identity_of = model.identity(&activation.sign_in.identity).map(|it| it.customer_id);
    let shell = identity_of.filter(|id| !has_requester(model, *id)).and_then(|id| model.customers.get(&id).cloned());
    let customer = by_requester.or(shell);
    let contact_link = customer.as_ref().and_then(|customer| {
        let links = model.active_links_of(customer.id);
        links.into_iter().find(|link| link.record.kind == Kind::Contact).cloned()
    });
    let contacts = contacts(0, found, stamp);
    let owners = contacts.iter().filter_map(|it| Some((it.key.clone(), model.customer_of(&it.key)?.id)));
    let facts = Facts {
        contact_owners: owners.collect(),
        contacts,
        requester,
        assets: Vec::new(),
        contact_link,
        asked: Vec::new(),
        assigned: BTreeSet::new(),
        waiting: Vec::new(),
        contested: Vec::new(),
        known: BTreeMap::new(),
        linked_contact: None,
        read_at: stamp.now,
        device_type: &DeviceType::default(),
    };
    let gathered = FetchedRecords {
        licence: Some(tessera_core::access::licence::LicenceType::Custportal),
        activation: activation.clone(),
        invitation,
        identity_of,
        home: customer.map(|customer| Home {
            identities: model.identities_of(customer.id),
            customer,
            requester_since: linked.then_some(stamp.now),
        }),
        facts: Some(facts),
    };
    Some(
        activation::complete(gathered, stamp)
            .unwrap_or_else(|why| activation::refuse(activation, invitation, why, stamp)),
    )
}

fn unlink(model: &Model, number: usize, stamp: Stamp<'_>) -> Option<Plan> {
    let active: Vec<_> = model.links.iter().filter(|link| link.ended.is_none()).collect();
    let link = pick(active.into_iter(), number)?;
    let identities = model.identities_of(link.customer_id);
    let identity = identities
        .iter()
        .find(|it| link.record.kind == Kind::User && it.sign_in.identity.subject == link.record.external_id);
    let customer = model.customers[&link.customer_id].clone();
    Some(activation::unlink(customer, link, identity, &[], "undone", stamp))
}

/// The plan of an action on the current state; `None` if it has no object, or the rules reject it.
fn planned(model: &Model, deed: &Deed, stamp: Stamp<'_>) -> Option<Plan> {
    match *deed {
        Deed::Invite { requester } => Some(invite(&requester.to_string(), stamp)),
        Deed::Claim { invitation, subject } => claim(model, invitation, subject, stamp),
        Deed::Complete { activation, contacts } => complete(model, activation, contacts, stamp),
        Deed::Refuse { activation } => {
            let activation = pick(model.activations.values(), activation)?;
            let why = tessera_core::invitations::ActivationError::RequesterGone;
            Some(activation::refuse(activation.clone(), &model.invitations[&activation.invitation_id], why, stamp))
        }
        Deed::Unlink { link } => unlink(model, link, stamp),
        Deed::Observe { requester: id, address, active } => {
            let seen = requester(&id.to_string(), address, active, stamp);
            let link = model.link_of(&seen.key).cloned();
            let owner = link.map(|link| (model.customers[&link.customer_id].clone(), link));
            let known = Known { owner, invited_at: Some("address0@example.com"), ..Known::default() };
            Some(observe::requester(seen, known, stamp))
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    /// Each plan is applied after a delay, so that many plans are stale by then.
    #[test]
    fn a13_h01_h05_no_order_of_plans_gives_a_record_or_invitation_two_owners(
        deeds in prop::collection::vec((deed(), 0..4_usize), 1..60),
    ) {
        let mut model = Model::default();
        let mut waiting: Vec<(usize, Plan)> = Vec::new();
        let ticks = deeds.len() + 4;
        let mut deeds = deeds.into_iter();
        for tick in 0..ticks {
            if let Some((deed, lag)) = deeds.next()
                && let Some(plan) = planned(&model, &deed, stamp(i64::try_from(tick).unwrap()))
            {
                waiting.push((tick + lag, plan));
            }
            for (_, plan) in waiting.extract_if(.., |(due, _)| *due <= tick) {
                // A conflict is a valid outcome; the hub would plan again.
                let _ = model.apply(&plan);
                model.check();
            }
        }
    }
}

/// Ensures that the property test above reaches interesting states.
#[test]
fn h02_undisturbed_sequence_activates() {
    let mut model = Model::default();
    let way = [
        Deed::Invite { requester: 0 },
        Deed::Claim { invitation: 0, subject: 0 },
        Deed::Complete { activation: 0, contacts: 1 },
        Deed::Observe { requester: 0, address: 1, active: true },
        Deed::Unlink { link: 2 },
    ];
    for (tick, deed) in (0..).zip(&way) {
        let plan = planned(&model, deed, stamp(tick)).expect("there is something to do");
        model.apply(&plan).expect("nothing stands in the way");
        model.check();
    }
    let customer = model.customers.values().next().expect("there is a customer");
    assert_eq!(customer.email.as_deref(), Some("address1@example.com"));
    assert_eq!(model.active_links_of(customer.id).len(), 2);
    assert_eq!(model.activations.values().next().map(|it| it.state), Some(ActivationState::Done));
}
