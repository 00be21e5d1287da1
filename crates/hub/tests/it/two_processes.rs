//! Two processes on one database (`H04`). What they share of limits they share on PostgreSQL; on SQLite one process is
//! alone.

use std::time::Duration;

use jiff::SignedDuration;
use tessera_core::sync::sweep::SweepState;
use tessera_hub::ports::{ConnectError, Priority};
use tessera_hub::{Hub, Visit};
use tessera_sim::faults::{Fault, FaultKind};
use testkit::{ADA, Databases, TestHub, fault};

const MINUTE: SignedDuration = SignedDuration::from_mins(1);

/// Calls the service desk until a call would have to wait, at most so often.
async fn calls(hub: &Hub, priority: Priority, most: usize) -> usize {
    let start = hub.env.now();
    for made in 0..most {
        let answer = hub.desk.requester(ADA.requester, priority).await;
        if answer.is_err() || hub.env.now() != start {
            return made;
        }
    }
    most
}

#[testkit::only_postgres]
async fn h06_two_processes_keep_one_budget_and_one_reserve(databases: Databases) {
    let world = TestHub::builder().shared_calls().start(&databases).await;
    let neighbour = world.neighbour().await;
    assert_eq!(calls(&world.hub, Priority::Background, 200).await, 200);
    assert_eq!(calls(&neighbour.hub, Priority::Background, 500).await, 175, "a quarter of 500 is kept for people");
    let interactive = calls(&world.hub, Priority::Interactive, 500).await;
    assert!((124..=125).contains(&interactive), "{interactive}: the reserve is there, once");
}

#[testkit::only_postgres]
async fn h06_a_system_that_one_process_finds_broken_is_left_alone_by_both(databases: Databases) {
    let world = TestHub::builder().shared_calls().start(&databases).await;
    let neighbour = world.neighbour().await;
    let down = FaultKind::Status { status: 500, retry_after: None, body: None };
    world.desk.faults().add(Fault { times: None, ..fault("/api/v2/*", "GET", down) });
    for _ in 0..2 {
        world.hub.desk.requester(ADA.requester, Priority::Interactive).await.unwrap_err();
    }
    let refused = neighbour.hub.desk.requester(ADA.requester, Priority::Interactive).await.unwrap_err();
    assert!(matches!(refused, ConnectError::Unavailable { .. }), "{refused}");
    assert_eq!(neighbour.hub.desk.health().calls, 0);

    world.desk.faults().clear();
    world.advance(Duration::from_mins(6));
    neighbour.clock.advance(SignedDuration::from_mins(6));
    for hub in [&neighbour.hub, &world.hub] {
        assert!(hub.desk.requester(ADA.requester, Priority::Interactive).await.unwrap().is_some());
    }
}

#[testkit::both_databases]
async fn p03_two_processes_count_failed_attempts_together(world: TestHub) {
    let neighbour = world.neighbour().await;
    for hub in [&world.hub, &neighbour.hub, &world.hub] {
        hub.count_failed_attempt("login ada", MINUTE).await.unwrap();
    }
    for hub in [&world.hub, &neighbour.hub] {
        assert_eq!(hub.failed_attempts("login ada", MINUTE).await.unwrap(), 3);
        assert_eq!(hub.failed_attempts("login ben", MINUTE).await.unwrap(), 0);
    }
    world.advance(Duration::from_secs(61));
    assert_eq!(world.hub.failed_attempts("login ada", MINUTE).await.unwrap(), 0);
    world.hub.count_failed_attempt("login ada", MINUTE).await.unwrap();
    assert_eq!(world.hub.failed_attempts("login ada", MINUTE).await.unwrap(), 1, "a new minute begins at nought");
}

#[testkit::both_databases]
async fn p03_a_session_crosses_processes_and_ends_in_all(world: TestHub) {
    let sign_in = world.activated(ADA).await;
    let neighbour = world.neighbour().await;
    let token = world.hub.open_session(&sign_in, &Visit::default()).await.unwrap();
    assert!(neighbour.hub.portal_session(&token).await.unwrap().is_some());
    neighbour.hub.close_session(&token).await.unwrap();
    assert!(world.hub.portal_session(&token).await.unwrap().is_none());
}

#[testkit::both_databases]
async fn h04_sweeps_that_are_due_run_once(world: TestHub) {
    let neighbour = world.neighbour().await;
    let (one, other) = tokio::join!(world.hub.request_due_sweeps(), neighbour.hub.request_due_sweeps());
    one.and(other).unwrap();
    tokio::join!(world.hub.run_pending(), neighbour.hub.run_pending());
    world.hub.run_pending().await;
    let sweeps = world.store.newest_sweeps(10).await.unwrap();
    assert_eq!(sweeps.len(), 3, "{sweeps:?}");
    assert!(sweeps.iter().all(|sweep| sweep.state == SweepState::Finished), "{sweeps:?}");
}
