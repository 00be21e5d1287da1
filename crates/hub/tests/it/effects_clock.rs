//! Effects in outside systems and regular readings while the hub's wall clock is wrong, or is set (`H04`).

use jiff::SignedDuration;
use tessera_core::access::Viewer;
use tessera_sim::faults::FaultKind;
use tessera_store::JobState;
use testkit::{ADA, TestHub, fault};

use crate::effects::{carried_out, dies_when, opened, restart, until, viewer};

const TICKETS: &str = "/api/v2/tickets";
/// By how much the clock is set.
const JUMPS: [SignedDuration; 2] = [SignedDuration::from_hours(3), SignedDuration::from_hours(-3)];

/// Sets the clock. The hub corrects the waits of jobs a few seconds later.
async fn set_clock(world: &TestHub, by: SignedDuration) {
    world.set_clock(by);
    world.store.technical().correct_waiting_jobs(world.hub.env.now()).await.unwrap();
}

/// Opens a request whose ticket is made, while the answer is lost.
async fn opened_with_lost_answer(world: &TestHub, viewer: &Viewer, subject: &str) {
    world.desk.faults().add(fault(TICKETS, "POST", FaultKind::Disconnect));
    opened(world, viewer, subject).await;
    world.hub.run_pending().await;
}

#[testkit::both_databases]
async fn h04_a_ticket_whose_answer_was_lost_is_found_however_wrong_the_clock_is(world: TestHub) {
    let viewer = viewer(&world).await;
    for (made, jump) in (1..).zip(JUMPS) {
        world.set_clock(jump);
        opened_with_lost_answer(&world, &viewer, &format!("Noise {made}")).await;
        world.settle().await;
        assert_eq!(carried_out(&world, "POST", TICKETS), made, "{jump:#}");
        assert_eq!(world.tickets(ADA).len(), made, "{jump:#}");
    }
}

#[testkit::both_databases]
async fn h04_a_ticket_whose_answer_was_lost_is_found_after_the_clock_was_set(world: TestHub) {
    let viewer = viewer(&world).await;
    for (made, jump) in (1..).zip(JUMPS) {
        opened_with_lost_answer(&world, &viewer, &format!("Noise {made}")).await;
        set_clock(&world, jump).await;
        world.settle().await;
        assert_eq!(carried_out(&world, "POST", TICKETS), made, "{jump:#}");
        assert_eq!(world.tickets(ADA).len(), made, "{jump:#}");
    }
}

#[testkit::both_databases]
async fn h04_an_effect_under_way_is_not_repeated_when_the_clock_is_set_forward(world: TestHub) {
    let viewer = viewer(&world).await;
    world.desk.faults().add(fault(TICKETS, "POST", FaultKind::Late));
    opened(&world, &viewer, "Noise").await;
    dies_when(&world, || world.desk.faults().late() == 1).await;
    restart(&world).await;
    world.set_clock(JUMPS[0]);
    world.hub.run_pending().await;
    assert_eq!(world.tickets(ADA).len(), 0, "the first may still come");
    world.desk.faults().clear();
    until(|| world.tickets(ADA).len() == 1).await;
    world.settle().await;
    assert_eq!(carried_out(&world, "POST", TICKETS), 1);
}

#[testkit::both_databases]
async fn h04_an_effect_that_did_not_happen_is_repeated_soon_after_the_clock_was_set_back(world: TestHub) {
    let viewer = viewer(&world).await;
    let broken = FaultKind::Status { status: 502, retry_after: None, body: None };
    world.desk.faults().add(fault(TICKETS, "POST", broken));
    opened(&world, &viewer, "Noise").await;
    world.hub.run_pending().await;
    assert_eq!(world.tickets(ADA).len(), 0);
    set_clock(&world, JUMPS[1]).await;
    world.settle().await;
    assert_eq!(world.tickets(ADA).len(), 1);
}

#[testkit::both_databases]
async fn h04_invoices_are_not_read_all_the_time_after_the_clock_was_set_back(world: TestHub) {
    let due = async || {
        world.hub.request_due_invoice_readings().await.unwrap();
        let waiting = world.store.jobs(JobState::Waiting, 100).await.unwrap();
        waiting.iter().any(|job| job.task.kind() == "read_invoices")
    };
    assert!(due().await);
    world.hub.run_pending().await;
    world.set_clock(JUMPS[1]);
    assert!(due().await, "it is not known how long ago the last reading was");
    world.hub.run_pending().await;
    assert!(!due().await, "they have just been read");
}
