//! Devices are assigned in the service desk (`A09`).

use tessera_core::devices::device_writes::WriteState;
use tessera_core::sync::jobs::SweepOf;
use tessera_hub::Expected;
use testkit::{ADA, BEN, JO, TestHub};

use crate::serials;

#[testkit::both_databases]
async fn a09_a_device_in_stock_is_given_to_a_customer(world: TestHub) {
    world.activated(ADA).await;
    world.hub.sweep(SweepOf::Assets).await.unwrap();
    let stock = world.display_id("HIB-S1").to_string();
    let write = world.hub.hand_device(&stock, Some(ADA.requester), Expected::Stock, &JO).await.unwrap();
    world.hub.run_pending().await;
    let write = world.hub.device_write(write.id).await.unwrap();
    assert_eq!(write.state, WriteState::Done { display_id: stock });
    let customer = world.customer_id(ADA.requester).await;
    assert_eq!(serials(&world, customer).await, ["HIB-A1", "HIB-S1"]);
}

#[testkit::both_databases]
async fn a09_a_device_is_not_taken_from_somebody_who_was_not_expected_to_have_it(world: TestHub) {
    world.activated(ADA).await;
    world.hub.sweep(SweepOf::Assets).await.unwrap();
    let hers = world.display_id("HIB-A1").to_string();
    let rejected = world.hub.hand_device(&hers, Some(BEN.requester), Expected::Stock, &JO).await;
    assert!(rejected.is_err(), "{rejected:?}");
    world.hub.run_pending().await;
    let customer = world.customer_id(ADA.requester).await;
    assert_eq!(serials(&world, customer).await, ["HIB-A1"]);
}
