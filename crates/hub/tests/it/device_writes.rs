//! Devices are created and assigned in the service desk (`A08`, `A09`).

use std::collections::BTreeMap;

use tessera_core::devices::device_writes::WriteState;
use tessera_core::sync::jobs::SweepOf;
use tessera_hub::{DeviceDraft, Expected};
use tessera_sim::faults::{Fault, FaultKind};
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
async fn a09_a_device_is_not_taken_from_an_unexpected_holder(world: TestHub) {
    world.activated(ADA).await;
    world.hub.sweep(SweepOf::Assets).await.unwrap();
    let hers = world.display_id("HIB-A1").to_string();
    let rejected = world.hub.hand_device(&hers, Some(BEN.requester), Expected::Stock, &JO).await;
    assert!(rejected.is_err(), "{rejected:?}");
    world.hub.run_pending().await;
    let customer = world.customer_id(ADA.requester).await;
    assert_eq!(serials(&world, customer).await, ["HIB-A1"]);
}

fn draft(serial: &str) -> DeviceDraft {
    let fields = [("product", "PACE"), ("vendor", "Wetility"), ("asset_state", "In Stock"), ("serial_number", serial)];
    let fields: BTreeMap<_, _> = fields.map(|(key, value)| (key.to_owned(), value.to_owned())).into();
    DeviceDraft { name: "PACE".to_owned(), fields, requester_id: None }
}

fn everything_fails(status: u16) -> Fault {
    let kind = FaultKind::Status { status, retry_after: None, body: None };
    Fault { path: "/api/v2/*".to_owned(), method: None, kind, times: None, skip: 0, probability: None }
}

#[testkit::both_databases]
async fn a08_h04_a_device_is_entered_in_the_last_form_while_the_service_desk_is_not_available(world: TestHub) {
    let form = world.hub.device_form().await.unwrap();
    for (status, serial) in [(503, "NEW-1"), (401, "NEW-2")] {
        world.desk.faults().add(everything_fails(status));
        let restarted = world.beside(None);
        assert_eq!(restarted.device_form().await.unwrap(), form);
        assert!(restarted.create_device(&draft(""), &JO).await.is_err(), "the form says what is missing");
        let write = restarted.create_device(&draft(serial), &JO).await.unwrap();
        assert_eq!(write.state, WriteState::Waiting);
        world.desk.faults().clear();
        world.hub.run_pending().await;
        let done = world.hub.device_write(write.id).await.unwrap();
        assert!(matches!(done.state, WriteState::Done { .. }), "{done:?}");
    }
}

#[testkit::both_databases]
async fn a08_h04_a_serial_number_that_could_not_be_compared_is_compared_before_the_asset_is_created(world: TestHub) {
    world.hub.device_form().await.unwrap();
    world.desk.faults().add(everything_fails(503));
    let assets = world.desk.desk().assets.len();
    let write = world.beside(None).create_device(&draft("HIB-S1"), &JO).await.unwrap();
    world.desk.faults().clear();
    world.hub.run_pending().await;
    let ended = world.hub.device_write(write.id).await.unwrap();
    assert!(matches!(&ended.state, WriteState::Failed { why } if why.contains("HIB-S1")), "{ended:?}");
    assert_eq!(world.desk.desk().assets.len(), assets);
}
