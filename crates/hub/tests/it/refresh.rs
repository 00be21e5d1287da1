//! One customer's records are read again.

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
