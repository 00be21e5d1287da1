//! Wrong wall clocks: set back, or ahead in another process (`H04`).

use std::time::Duration;

use jiff::SignedDuration;
use tessera_core::kernel::record::{Kind, RecordKey};
use tessera_core::sync::jobs::{Hint, SweepOf};
use tessera_hub::Hub;
use testkit::{ADA, BEN, Known, TestHub};

use crate::serials;

const BACK: Duration = Duration::from_mins(40);

async fn serials_of(world: &TestHub, who: Known) -> Vec<String> {
    serials(world, world.customer_id(who.requester).await).await
}

/// Delivers a webhook about a device, and applies the change.
async fn webhook(world: &TestHub, hub: &Hub, serial: &str) {
    let display_id = world.display_id(serial).to_string();
    hub.hook_named("changes", vec![Hint::Asset { display_id }]).await.unwrap();
    hub.run_pending().await;
}

async fn alarms(hub: &Hub) -> Vec<String> {
    hub.queries().alarms().await.unwrap().into_iter().map(|alarm| alarm.code).collect()
}

#[testkit::both_databases]
async fn h04_a_change_is_applied_after_the_clock_was_set_back(world: TestHub) {
    world.activated(ADA).await;
    world.activated(BEN).await;
    world.set_clock_back(BACK);
    world.assign_device("HIB-A1", Some(BEN.requester));
    webhook(&world, &world.hub, "HIB-A1").await;
    assert_eq!(serials_of(&world, ADA).await, Vec::<String>::new());
    assert_eq!(serials_of(&world, BEN).await, ["HIB-A1", "HIB-B1", "HIB-B2"]);

    world.assign_device("HIB-A1", Some(ADA.requester));
    webhook(&world, &world.hub, "HIB-A1").await;
    assert_eq!(serials_of(&world, ADA).await, ["HIB-A1"], "each reading has a later timestamp than the one before");
}

#[testkit::both_databases]
async fn h04_a_full_sweep_works_after_the_clock_was_set_back(world: TestHub) {
    world.activated(ADA).await;
    world.activated(BEN).await;
    world.hub.sweep(SweepOf::Assets).await.unwrap();
    world.set_clock_back(BACK);
    world.assign_device("HIB-A1", Some(BEN.requester));
    let gone = world.display_id("HIB-B1");
    world.desk.change(|desk| drop(desk.assets.remove(&gone)));
    world.hub.sweep(SweepOf::Assets).await.unwrap();
    world.hub.run_pending().await;
    assert_eq!(serials_of(&world, ADA).await, Vec::<String>::new());
    assert_eq!(serials_of(&world, BEN).await, ["HIB-A1", "HIB-B1", "HIB-B2"]);
    let key = RecordKey::new("freshservice", Kind::Asset, gone.to_string());
    let missing = world.store.record(&key).await.unwrap().unwrap();
    assert_eq!(missing.misses, 1, "a record missing in the list is looked up");
    world.leave_jobs();
}

#[testkit::both_databases]
async fn h04_a_process_restarted_with_its_clock_set_back_applies_later_readings(world: TestHub) {
    world.activated(ADA).await;
    world.activated(BEN).await;
    world.set_clock_back(BACK);
    let restarted = world.neighbour().await;
    world.assign_device("HIB-A1", Some(BEN.requester));
    webhook(&world, &restarted.hub, "HIB-A1").await;
    assert_eq!(serials_of(&world, BEN).await, ["HIB-A1", "HIB-B1", "HIB-B2"]);
    restarted.hub.watch_clock().await.unwrap();
    assert_eq!(alarms(&restarted.hub).await, ["clock"]);
}

#[testkit::both_databases]
async fn h04_a_change_that_a_process_with_a_slow_clock_reads_last_is_applied(world: TestHub) {
    world.activated(ADA).await;
    world.activated(BEN).await;
    let ahead = world.neighbour().await;
    ahead.clock.advance(SignedDuration::from_mins(40));
    world.assign_device("HIB-A1", Some(BEN.requester));
    webhook(&world, &ahead.hub, "HIB-A1").await;
    assert_eq!(serials_of(&world, BEN).await, ["HIB-A1", "HIB-B1", "HIB-B2"]);

    world.assign_device("HIB-A1", Some(ADA.requester));
    webhook(&world, &world.hub, "HIB-A1").await;
    assert_eq!(serials_of(&world, ADA).await, ["HIB-A1"]);
    assert_eq!(serials_of(&world, BEN).await, ["HIB-B1", "HIB-B2"]);
}

#[testkit::both_databases]
async fn h04_a_clock_jump_raises_an_alarm_until_it_is_corrected(world: TestHub) {
    world.hub.watch_clock().await.unwrap();
    world.advance(Duration::from_mins(1));
    world.hub.watch_clock().await.unwrap();
    assert!(alarms(&world.hub).await.is_empty());

    world.set_clock_back(BACK);
    world.hub.watch_clock().await.unwrap();
    assert_eq!(alarms(&world.hub).await, ["clock"]);
    let clock = world.hub.doctor().await.findings.into_iter().find(|it| it.system == "hub" && it.check == "clock");
    assert!(clock.unwrap().detail.contains("40 minutes"));

    world.advance(Duration::from_hours(2));
    world.hub.watch_clock().await.unwrap();
    assert!(alarms(&world.hub).await.is_empty());
}
