//! A single answer that something does not exist destroys nothing (`H04`).

use std::time::Duration;

use tessera_core::access::Viewer;
use tessera_core::devices::device_writes::WriteState;
use tessera_core::kernel::ids::{DeviceWriteId, ServiceRequestId};
use tessera_core::service_requests::{RequestAction, ServiceRequest, TicketLink};
use tessera_core::sync::jobs::{Hint, SweepOf};
use tessera_hub::{Expected, LinkStatus, Purpose};
use tessera_sim::faults::Fault;
use testkit::{ADA, DESK, JO, TestHub};

use crate::activation::absent;
use crate::effects::{act, opened, viewer};

/// When an absence is confirmed.
const CONFIRM_AFTER: Duration = Duration::from_mins(15);

/// A request with its ticket.
async fn with_ticket(world: &TestHub) -> (Viewer, ServiceRequestId, String) {
    let viewer = viewer(world).await;
    let id = opened(world, &viewer, "Noise").await;
    world.hub.run_pending().await;
    let ticket = request(world, id).await.mirror.ticket().unwrap().to_owned();
    world.advance(Duration::from_mins(1));
    (viewer, id, ticket)
}

async fn request(world: &TestHub, id: ServiceRequestId) -> ServiceRequest {
    world.store.request(id).await.unwrap().unwrap()
}

/// Delivers the webhook of a ticket.
async fn webhook(world: &TestHub, ticket: &str) {
    world.hub.request_fetch(vec![Hint::Ticket { id: ticket.to_owned() }], &DESK).await.unwrap();
    world.hub.run_pending().await;
}

async fn advance(world: &TestHub) {
    world.advance(CONFIRM_AFTER);
    world.hub.run_pending().await;
}

fn is_linked(request: &ServiceRequest) -> bool {
    matches!(request.mirror, TicketLink::Ticket { .. })
}

#[testkit::both_databases]
async fn p09_a_single_404_does_not_lose_a_ticket(world: TestHub) {
    let (_, id, ticket) = with_ticket(&world).await;
    for _ in 0..2 {
        // Two absences that are far apart, with a successful lookup in between, do not confirm each other.
        world.desk.faults().add(absent(&format!("/api/v2/tickets/{ticket}"), Some(1)));
        webhook(&world, &ticket).await;
        let missing = request(&world, id).await;
        assert!(is_linked(&missing) && missing.missing_since.is_some(), "{missing:?}");
        advance(&world).await;
        let found = request(&world, id).await;
        assert!(is_linked(&found) && found.missing_since.is_none(), "{found:?}");
        world.advance(Duration::from_hours(1));
    }
}

#[testkit::both_databases]
async fn p09_repeated_webhooks_do_not_confirm_an_absence_early(world: TestHub) {
    let (_, id, ticket) = with_ticket(&world).await;
    world.desk.faults().add(absent(&format!("/api/v2/tickets/{ticket}"), None));
    for _ in 0..3 {
        webhook(&world, &ticket).await;
        world.advance(Duration::from_secs(30));
    }
    assert!(is_linked(&request(&world, id).await));
    world.desk.faults().clear();
    advance(&world).await;
    let found = request(&world, id).await;
    assert!(is_linked(&found) && found.missing_since.is_none(), "{found:?}");
}

#[testkit::both_databases]
async fn p09_a_ticket_missing_at_two_lookups_is_lost(world: TestHub) {
    let (_, id, ticket) = with_ticket(&world).await;
    world.desk.faults().add(absent(&format!("/api/v2/tickets/{ticket}"), None));
    webhook(&world, &ticket).await;
    advance(&world).await;
    let lost = request(&world, id).await;
    assert!(matches!(lost.mirror, TicketLink::Lost { .. }), "{lost:?}");
}

#[testkit::both_databases]
async fn p09_a_single_404_for_a_note_does_not_lose_the_ticket(world: TestHub) {
    let (viewer, id, ticket) = with_ticket(&world).await;
    world.desk.faults().add(absent(&format!("/api/v2/tickets/{ticket}/notes"), Some(1)));
    act(&world, &viewer, id, RequestAction::Say).await;
    world.hub.run_pending().await;
    assert!(is_linked(&request(&world, id).await));
    assert!(world.conversations(ticket.parse().unwrap()).is_empty());
    advance(&world).await;
    assert_eq!(
        world.conversations(ticket.parse().unwrap()).len(),
        1,
        "the comment is delivered once the ticket is found"
    );
}

#[testkit::both_databases]
async fn p09_a_single_404_for_a_status_does_not_lose_the_ticket(world: TestHub) {
    let (viewer, id, ticket) = with_ticket(&world).await;
    let put = Fault { method: Some("PUT".to_owned()), ..absent(&format!("/api/v2/tickets/{ticket}"), Some(1)) };
    world.desk.faults().add(put);
    act(&world, &viewer, id, RequestAction::Close).await;
    world.hub.run_pending().await;
    assert!(is_linked(&request(&world, id).await));
    advance(&world).await;
    let status = world.tickets(ADA).into_iter().find(|it| it.id.to_string() == ticket).unwrap().status;
    assert_eq!(status, 5, "the ticket is closed once it is found");
}

#[testkit::both_databases]
async fn p09_a_single_404_does_not_refuse_a_new_ticket(world: TestHub) {
    let viewer = viewer(&world).await;
    let post = Fault { method: Some("POST".to_owned()), ..absent("/api/v2/tickets", Some(1)) };
    world.desk.faults().add(post);
    let id = opened(&world, &viewer, "Noise").await;
    world.hub.run_pending().await;
    assert_eq!(request(&world, id).await.mirror, TicketLink::Waiting);
    world.settle().await;
    assert!(is_linked(&request(&world, id).await));
    assert_eq!(world.tickets(ADA).iter().filter(|ticket| ticket.subject == "Noise").count(), 1);
}

/// Asks for a device in stock to be assigned to Ada.
async fn assignment(world: &TestHub) -> (DeviceWriteId, String) {
    world.activated(ADA).await;
    world.hub.sweep(SweepOf::Assets).await.unwrap();
    world.advance(Duration::from_mins(1));
    let stock = world.display_id("HIB-S1").to_string();
    let write = world.hub.hand_device(&stock, Some(ADA.requester), Expected::Stock, &JO).await.unwrap();
    (write.id, stock)
}

async fn state(world: &TestHub, write: DeviceWriteId) -> WriteState {
    world.hub.device_write(write).await.unwrap().state
}

/// One 404 for requests of this method about the asset delays its assignment.
async fn is_delayed_by_one_404(world: &TestHub, method: &str) {
    let (write, stock) = assignment(world).await;
    let once = absent(&format!("/api/v2/assets/{stock}"), Some(1));
    world.desk.faults().add(Fault { method: Some(method.to_owned()), ..once });
    world.hub.run_pending().await;
    assert_eq!(state(world, write).await, WriteState::Waiting);
    advance(world).await;
    assert_eq!(state(world, write).await, WriteState::Done { display_id: stock });
}

#[testkit::both_databases]
async fn a09_a_single_404_does_not_fail_a_device_write(world: TestHub) {
    is_delayed_by_one_404(&world, "GET").await;
}

#[testkit::both_databases]
async fn a09_a_single_404_for_the_change_does_not_fail_a_device_write(world: TestHub) {
    is_delayed_by_one_404(&world, "PUT").await;
}

#[testkit::both_databases]
async fn a09_an_asset_missing_at_two_lookups_fails_the_device_write(world: TestHub) {
    let (write, stock) = assignment(&world).await;
    world.desk.faults().add(absent(&format!("/api/v2/assets/{stock}"), None));
    world.hub.run_pending().await;
    advance(&world).await;
    let WriteState::Failed { why } = state(&world, write).await else { panic!("the asset is gone") };
    assert!(why.contains("has no asset"), "{why}");
}

/// One 404 for a requester.
fn absent_requester(times: Option<u64>) -> Fault {
    absent(&format!("/api/v2/requesters/{}", ADA.requester), times)
}

/// How many invitations were sent.
fn invitations(world: &TestHub) -> usize {
    world.mail.messages().iter().filter(|message| message.subject == "invitation").count()
}

#[testkit::both_databases]
async fn a11_a_single_404_does_not_lose_an_invitation(world: TestHub) {
    world.desk.faults().add(absent_requester(Some(1)));
    world.hub.hook_asked_invitation("freshservice/invite", ADA.requester).await.unwrap();
    world.hub.run_pending().await;
    assert_eq!(invitations(&world), 0);
    advance(&world).await;
    assert_eq!(invitations(&world), 1);
}

#[testkit::both_databases]
async fn a11_an_invitation_of_a_requester_missing_at_two_lookups_is_given_up(world: TestHub) {
    world.desk.faults().add(absent_requester(None));
    world.hub.hook_asked_invitation("freshservice/invite", ADA.requester).await.unwrap();
    world.hub.run_pending().await;
    advance(&world).await;
    world.desk.faults().clear();
    world.settle().await;
    assert_eq!(invitations(&world), 0);
    world.expect_failed_jobs(&["invite"]);
}

#[testkit::both_databases]
async fn a20_a_single_404_does_not_lose_a_sign_in_with_a_requester_id(world: TestHub) {
    let sign_in = world.sign_in(ADA.email, Purpose::Portal { return_to: "/".to_owned() }).await.sign_in;
    world.desk.faults().add(absent_requester(Some(1)));
    world.hub.link_by_policy(&sign_in, ADA.requester, true).await.unwrap();
    world.hub.run_pending().await;
    assert!(matches!(world.hub.link_by_policy(&sign_in, ADA.requester, true).await, Ok(LinkStatus::PendingReview)));
    advance(&world).await;
    world.hub.run_pending().await;
    assert!(matches!(world.hub.link_by_policy(&sign_in, ADA.requester, true).await, Ok(LinkStatus::Linked(_))));
}
