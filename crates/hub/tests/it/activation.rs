//! From an invitation to a linked record (`A10`–`A15`, `A20`).

use std::time::Duration;

use tessera_core::activation::ActivationState;
use tessera_core::invitations::ActivationError;
use tessera_core::kernel::customer::SignIn;
use tessera_core::kernel::record::Kind;
use tessera_hub::{Purpose, Visit};
use tessera_sim::faults::{Fault, FaultKind};
use tessera_sim::freshservice::Versioned;
use testkit::{ADA, BEN, MACHINE, TestHub, fault};

use crate::serials;

#[testkit::both_databases]
async fn a10_a13_an_invited_requester_signs_in_and_is_linked(world: TestHub) {
    let lena = world.requester("Lena").with_device("HIB-L1").with_contact().with_account().create().await;
    let invited = world.hub.invite(lena.requester, &MACHINE).await.unwrap();
    world.hub.run_pending().await;
    assert_eq!(world.email("invitation")["url"], invited.url.as_str());
    let opened = world.hub.open_invitation(&invited.token).await.unwrap();
    assert_eq!(opened.refusal, None);

    let sign_in = world.sign_in(lena.email, Purpose::Activate { invitation_id: invited.id }).await.sign_in;
    let claimed = world.hub.claim_and_sign_in(invited.id, &sign_in, &Visit::default()).await.unwrap();
    assert_eq!(claimed.refusal, None);
    let waiting = world.hub.my_activation(&sign_in.identity).await.unwrap().unwrap();
    assert_eq!(waiting.activation.state, ActivationState::Pending);

    world.hub.run_pending().await;
    let done = world.hub.my_activation(&sign_in.identity).await.unwrap().unwrap();
    assert_eq!(done.activation.state, ActivationState::Done);
    let customer = world.customer_id(lena.requester).await;
    assert_eq!(serials(&world, customer).await, ["HIB-L1"]);
    let mut linked: Vec<_> = world.store.links(customer).await.unwrap().iter().map(|link| link.record.kind).collect();
    linked.sort();
    assert_eq!(linked, [Kind::Requester, Kind::Contact, Kind::User]);
}

#[testkit::both_databases]
async fn a04_an_address_with_invisible_characters_meets_its_contact_and_is_mailed_without_them(world: TestHub) {
    let zoe = world.requester("Zoe").with_device("HIB-Z1").with_contact().with_account().create().await;
    world.desk.change(|desk| {
        let id: u64 = zoe.requester.parse().unwrap();
        let mut row = desk.requesters[&id].current().clone();
        row.requester.primary_email = Some("\u{200b}zoe@exam\u{ad}ple.com\u{feff}".to_owned());
        desk.requesters.insert(id, Versioned::new(row, world.hub.env.now()));
    });
    let invited = world.hub.invite(zoe.requester, &MACHINE).await.unwrap();
    world.hub.run_pending().await;
    assert_eq!(world.mail.messages()[0].to, [zoe.email.to_owned()]);
    let sign_in = world.sign_in(zoe.email, Purpose::Activate { invitation_id: invited.id }).await.sign_in;
    world.hub.claim_and_sign_in(invited.id, &sign_in, &Visit::default()).await.unwrap();
    world.hub.run_pending().await;
    let customer = world.customer_id(zoe.requester).await;
    let links = world.store.links(customer).await.unwrap();
    assert!(links.iter().any(|link| link.record.kind == Kind::Contact), "{links:?}");
    assert_eq!(serials(&world, customer).await, ["HIB-Z1"]);
}

#[testkit::both_databases]
async fn a13_an_activation_waits_for_the_service_desk_and_finishes_by_itself(world: TestHub) {
    let invited = world.hub.invite(ADA.requester, &MACHINE).await.unwrap();
    let sign_in = world.sign_in(ADA.email, Purpose::Activate { invitation_id: invited.id }).await.sign_in;
    let down = FaultKind::Status { status: 503, retry_after: None, body: None };
    world.desk.faults().add(Fault { times: None, ..fault("/api/v2/requesters/*", "GET", down) });
    world.hub.claim_and_sign_in(invited.id, &sign_in, &Visit::default()).await.unwrap();
    world.hub.run_pending().await;
    let waiting = world.hub.my_activation(&sign_in.identity).await.unwrap().unwrap();
    assert_eq!(waiting.activation.state, ActivationState::Pending);

    world.desk.faults().clear();
    world.advance(Duration::from_mins(5));
    world.hub.run_pending().await;
    let done = world.hub.my_activation(&sign_in.identity).await.unwrap().unwrap();
    assert_eq!(done.activation.state, ActivationState::Done);
}

#[testkit::both_databases]
async fn a20_an_invitation_that_was_claimed_is_refused_to_another_account(world: TestHub) {
    let invited = world.hub.invite(ADA.requester, &MACHINE).await.unwrap();
    let purpose = || Purpose::Activate { invitation_id: invited.id };
    let hers = world.sign_in(ADA.email, purpose()).await.sign_in;
    world.hub.claim_and_sign_in(invited.id, &hers, &Visit::default()).await.unwrap();
    let his = world.sign_in(BEN.email, purpose()).await.sign_in;
    let claimed = world.hub.claim_and_sign_in(invited.id, &his, &Visit::default()).await.unwrap();
    assert!(claimed.refusal.is_some(), "it is hers");
    world.hub.run_pending().await;
    assert!(world.hub.my_activation(&his.identity).await.unwrap().is_none());
}

/// A fault that answers 404.
pub(crate) fn absent(path: &str, times: Option<u64>) -> Fault {
    Fault {
        times,
        method: None,
        ..fault(path, "GET", FaultKind::Status { status: 404, retry_after: None, body: None })
    }
}

/// State of the activation, and whether the invitation is revoked.
async fn progress(world: &TestHub, sign_in: &SignIn) -> (ActivationState, bool) {
    let view = world.hub.my_activation(&sign_in.identity).await.unwrap().unwrap();
    (view.activation.state, view.invitation.revoked.is_some())
}

#[testkit::both_databases]
async fn a13_a_single_404_for_the_requester_does_not_refuse_an_activation(world: TestHub) {
    let sign_in = world.claimed(ADA).await;
    world.desk.faults().add(absent("/api/v2/requesters/1001", Some(1)));
    world.hub.run_pending().await;
    assert_eq!(progress(&world, &sign_in).await, (ActivationState::Pending, false));
    world.advance(Duration::from_mins(15));
    world.hub.run_pending().await;
    assert_eq!(progress(&world, &sign_in).await, (ActivationState::Done, false));
}

#[testkit::both_databases]
async fn a13_a_service_desk_that_answers_404_to_everything_is_broken_not_empty(world: TestHub) {
    let sign_in = world.claimed(ADA).await;
    world.advance(Duration::from_mins(1));
    world.desk.faults().add(absent("/api/v2/*", None));
    for _ in 0..6 {
        world.hub.run_pending().await;
        assert_eq!(progress(&world, &sign_in).await, (ActivationState::Pending, false));
        world.advance(Duration::from_mins(20));
    }
    assert!(world.hub.desk.health().last_error.unwrap().contains("404"));
    world.desk.faults().clear();
    world.hub.run_pending().await;
    assert_eq!(progress(&world, &sign_in).await, (ActivationState::Done, false));
}

#[testkit::both_databases]
async fn a13_a_requester_missing_at_two_lookups_refuses_the_activation(world: TestHub) {
    let sign_in = world.claimed(ADA).await;
    world.desk.faults().add(absent("/api/v2/requesters/1001", None));
    world.desk.faults().add(absent("/api/v2/agents/1001", None));
    world.hub.run_pending().await;
    world.advance(Duration::from_mins(15));
    world.hub.run_pending().await;
    assert_eq!(progress(&world, &sign_in).await, (ActivationState::Refused(ActivationError::RequesterGone), true));
}
