//! Two processes on one database (`H04`). Call budgets and circuit breakers are shared on PostgreSQL only, because only one
//! process serves an SQLite file.

use std::time::Duration;

use futures_util::future::join_all;
use jiff::SignedDuration;
use tessera_core::sync::sweep::SweepState;
use tessera_hub::ports::{ConnectError, Priority};
use tessera_hub::{Hub, Visit};
use tessera_sim::faults::{Fault, FaultKind};
use testkit::{ADA, Databases, TestHub, fault};

const MINUTE: SignedDuration = SignedDuration::from_mins(1);

/// Calls the service desk until a call would have to wait. Returns the number of calls, at most `most`.
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

    // The last call above waited, which moved the clock of one process. So the reserve is examined in another world.
    let world = TestHub::builder().shared_calls().start(&databases).await;
    let neighbour = world.neighbour().await;
    assert_eq!(calls(&world.hub, Priority::Background, 200).await, 200);
    assert_eq!(calls(&neighbour.hub, Priority::Background, 175).await, 175);
    let interactive = calls(&world.hub, Priority::Interactive, 500).await;
    assert!((124..=125).contains(&interactive), "{interactive}: the reserve is there, once");
}

#[testkit::only_postgres]
async fn h06_a_circuit_breaker_opened_by_one_process_is_open_at_both(databases: Databases) {
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
async fn p03_attempts_at_two_processes_are_counted_together(world: TestHub) {
    let neighbour = world.neighbour().await;
    for (hub, count) in [(&world.hub, 1), (&neighbour.hub, 2), (&world.hub, 3)] {
        assert_eq!(hub.count_attempt("login ada", MINUTE).await.unwrap(), count);
    }
    for hub in [&world.hub, &neighbour.hub] {
        assert_eq!(hub.attempts("login ada", MINUTE).await.unwrap(), 3);
        assert_eq!(hub.attempts("login ben", MINUTE).await.unwrap(), 0);
    }
    world.advance(Duration::from_secs(61));
    assert_eq!(world.hub.attempts("login ada", MINUTE).await.unwrap(), 0);
    assert_eq!(world.hub.count_attempt("login ada", MINUTE).await.unwrap(), 1, "a new window starts at zero");
}

#[testkit::both_databases]
async fn p09_two_processes_share_a_limit_and_take_attempts_back(world: TestHub) {
    let neighbour = world.neighbour().await;
    let hubs = [&world.hub, &neighbour.hub];
    let racing = (0..16).map(|n| hubs[n % 2].take_attempt("request ada", 5, MINUTE));
    let taken = join_all(racing).await.into_iter().filter(|taken| *taken.as_ref().unwrap()).count();
    assert_eq!(taken, 5);
    neighbour.hub.return_attempt("request ada", MINUTE).await.unwrap();
    assert!(world.hub.take_attempt("request ada", 5, MINUTE).await.unwrap(), "an attempt that failed does not count");
    assert!(!neighbour.hub.take_attempt("request ada", 5, MINUTE).await.unwrap());
    world.advance(Duration::from_secs(61));
    assert!(world.hub.take_attempt("request ada", 5, MINUTE).await.unwrap(), "the window has ended");
}

#[testkit::both_databases]
async fn p03_a_session_is_valid_and_ends_at_both_processes(world: TestHub) {
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
