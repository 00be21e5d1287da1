//! Invitations, and activations from the claim to completion.

use tessera_core::access::licence::LicenceType;
use tessera_core::activation::{self, Activation, ClaimAttempt, ClaimOutcome, FetchedRecords};
use tessera_core::devices::DeviceType;
use tessera_core::invitations::change::InvitationChange;
use tessera_core::invitations::{Claim, Entitlement, Invitation};
use tessera_core::kernel::customer::Customer;
use tessera_core::kernel::ids::InvitationId;
use tessera_core::kernel::plan::Plan;
use tessera_core::kernel::record::{Kind, Observation};
use tessera_store::Store;
use uuid::Uuid;

use super::customers::{identity_key, sign_in};
use super::plans::{at, plan, stamp};
use super::records::{DESK, facts, requester, requester_key};

/// An invitation that is valid for an hour, not stored.
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

/// A stored invitation.
pub async fn invited(store: &Store, requester_id: &str) -> Invitation {
    let invitation = invitation(requester_id);
    store.apply(&plan([InvitationChange::Create(Box::new(invitation.clone()))])).await.expect("it is written");
    invitation
}

/// The plan that claims an invitation.
pub fn claiming(id: InvitationId, subject: &str, seconds: i64) -> Plan {
    let claim = Claim { identity: identity_key(subject), shown_as: "j•••@example.net".into(), at: at(seconds) };
    plan([InvitationChange::Claim { id, claim }])
}

/// Starts an activation: claims the invitation for a subject.
pub async fn claimed(store: &Store, invitation: &Invitation, subject: &str) -> Activation {
    let attempt = ClaimAttempt { invitation, sign_in: sign_in(subject), identity_of: None, requester_of: None };
    match activation::claim_invitation(attempt, stamp(10)).expect("nothing speaks against it") {
        ClaimOutcome::Begin(plan, activation) => {
            store.apply(&plan).await.expect("the claim is free");
            *activation
        }
        ClaimOutcome::AlreadyClaimed => panic!("nobody was here before"),
    }
}

/// The plan that completes an activation for a requester who is new to the hub.
pub fn completing(activation: &Activation, invitation: &Invitation, assets: Vec<Observation>) -> Plan {
    let device_type = DeviceType::default();
    let requester = requester(&invitation.external_id, "Jane Doe", "jane@example.com", 20);
    let gathered = FetchedRecords {
        licence: Some(LicenceType::Custportal),
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
    let activation = claimed(store, &invitation, subject).await;
    store.apply(&completing(&activation, &invitation, assets)).await.expect("the activation completes");
    store.customer_of(&requester_key(requester_id)).await.unwrap().expect("the customer is there")
}
