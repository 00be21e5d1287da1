//! The crash harness (`just crash`), for a few kills in each mode.

use std::time::Duration;

use tessera_crash::{Mode, Options, Report};

/// Of the schedule: what customers do, and when which process is killed.
const SEED: u64 = 7;
/// The longest time that a mode kills for.
const LIMIT: Duration = Duration::from_secs(30);

async fn loses_nothing(mode: Mode, kills: u64) -> Report {
    let options = Options {
        program: env!("CARGO_BIN_EXE_tessera").into(),
        seed: SEED,
        kills,
        limit: LIMIT,
        patient: false,
        postgres: std::env::var("TESSERA_TEST_POSTGRES").ok(),
        logs: None,
    };
    let report = tessera_crash::run(mode, &options).await.unwrap();
    assert!(!report.is_bad(), "{report}");
    assert!(report.kills() > 0 && report.acknowledged() > 0, "{report}");
    report
}

#[tokio::test(flavor = "multi_thread")]
async fn h04_a_hub_that_is_killed_on_sqlite_loses_and_doubles_nothing() {
    loses_nothing(Mode::Sqlite, 3).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn h04_a_hub_that_is_killed_on_postgresql_loses_and_doubles_nothing() {
    loses_nothing(Mode::Postgres, 3).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn h04_two_hubs_of_which_one_is_killed_lose_and_double_nothing() {
    loses_nothing(Mode::Two, 2).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn h04_a_hub_whose_database_is_killed_loses_and_doubles_nothing() {
    loses_nothing(Mode::Database, 1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn h04_a_hub_that_is_killed_beside_slow_systems_loses_and_doubles_nothing() {
    loses_nothing(Mode::Slow, 2).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn m06_m15_m20_a_hub_or_vendor_that_is_killed_at_each_step_loses_and_doubles_nothing() {
    let report = loses_nothing(Mode::Vendor, 20).await;
    assert!(report.vendor_kills() > 0, "{report}");
}

#[tokio::test(flavor = "multi_thread")]
async fn h04_no_request_fails_while_two_hubs_are_restarted_in_turn() {
    loses_nothing(Mode::Rolling, 2).await;
}
