//! One customer's records are read again.

use tessera_core::kernel::ids::CustomerId;
use testkit::{ADA, JO, TestHub};

use crate::serials;

#[testkit::both_databases]
async fn a07_a_refresh_brings_a_device_that_was_assigned_meanwhile(world: TestHub) {
    world.activated(ADA).await;
    let customer = world.customer_id(ADA.requester).await;
    assert_eq!(serials(&world, customer).await, ["HIB-A1"]);
    world.add_devices(Some(1001), 1);
    world.hub.request_refresh(customer, &JO).await.unwrap();
    world.hub.run_pending().await;
    assert_eq!(serials(&world, customer).await.len(), 2);
}

/// Number of statements of a refresh that changes nothing.
async fn refreshed(world: &TestHub, customer: CustomerId) -> u64 {
    world.hub.request_refresh(customer, &JO).await.unwrap();
    let before = world.store.effort();
    world.hub.run_pending().await;
    (world.store.effort() - before).statements
}

#[testkit::both_databases]
async fn a07_a_refresh_takes_no_query_per_device(world: TestHub) {
    // That the record and the device were read is written for each.
    const WRITTEN: u64 = 2;
    const IDS: u64 = 25;
    world.activated(ADA).await;
    let customer = world.customer_id(ADA.requester).await;
    refreshed(&world, customer).await;
    let one = refreshed(&world, customer).await;
    world.add_devices(Some(1001), 99);
    refreshed(&world, customer).await;
    assert_eq!(serials(&world, customer).await.len(), 100);
    let many = refreshed(&world, customer).await;
    // What is known of the devices, which of them are held, and their records.
    let looked_up = 3 * (100 / IDS);
    assert!(many <= one + 99 * WRITTEN + looked_up, "{one} statements for one device, {many} for 100");
}
