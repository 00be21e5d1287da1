//! Jobs that need several calls each, while an outside system allows few.

use std::time::Duration;

use tessera_store::JobState;
use testkit::{ADA, BEN, Databases, EVE, JO, Process, TestHub};

use super::in_state;

/// Calls per minute that the service desk allows. Background work may make 15 of them, and each of the three jobs needs 12 or so.
const CALLS: u32 = 20;

/// How many jobs of this kind wait or run.
async fn open(world: &TestHub, kind: &str) -> usize {
    let (waiting, running) = (in_state(world, JobState::Waiting).await, in_state(world, JobState::Running).await);
    waiting.iter().chain(&running).filter(|job| job.task.kind() == kind).count()
}

#[testkit::both_databases]
async fn h06_jobs_that_need_several_calls_each_all_end_although_calls_are_scarce(databases: Databases) {
    let world = TestHub::builder().desk_calls(CALLS).start(&databases).await;
    for who in [ADA, BEN, EVE] {
        world.activated(who).await;
        world.add_devices(who.requester.parse().ok(), 9);
        world.advance(Duration::from_secs(61));
    }
    for who in [ADA, BEN, EVE] {
        let customer = world.customer_id(who.requester).await;
        world.hub.request_refresh(customer, &JO).await.unwrap();
    }
    let process = Process::start(&world.hub, "one");

    let mut minutes = 0;
    while open(&world, "refresh").await > 0 {
        minutes += 1;
        assert!(minutes <= 10, "jobs use up each others' calls");
        world.elapse(30, &["one"]).await;
    }
    assert!(in_state(&world, JobState::Failed).await.is_empty());
    process.stop(&world).await;
    world.leave_jobs();
}
