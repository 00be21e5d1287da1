//! Sweeps, and the brake that holds what would be removed (`H04`, `H06`).

use tessera_core::sync::jobs::SweepOf;
use tessera_core::sync::sweep::{SweepMode, SweepState};
use tessera_hub::{Chosen, SweepOrder};
use tessera_store::Sweep;
use testkit::{BEN, JO, TestHub};

use crate::serials;

/// Reads all assets, here and now.
async fn swept(world: &TestHub) -> Sweep {
    let order = SweepOrder { what: SweepOf::Assets, mode: SweepMode::Full, dry: false };
    let sweep = world.hub.begin_sweep(order, &JO).await.unwrap();
    world.hub.run_begun(SweepOf::Assets, sweep.id).await.unwrap();
    world.hub.queries().sweep(sweep.id).await.unwrap()
}

#[testkit::both_databases]
async fn h06_a_sweep_brings_what_changed_in_the_service_desk(world: TestHub) {
    world.activated(BEN).await;
    let customer = world.customer_id(BEN.requester).await;
    world.add_devices(Some(1002), 1);
    assert_eq!(swept(&world).await.state, SweepState::Finished);
    assert_eq!(serials(&world, customer).await.len(), 3);
    world.hub.run_pending().await;
}

#[testkit::both_databases]
async fn h04_a_mass_removal_is_held_until_staff_apply_it(world: TestHub) {
    world.add_devices(Some(1002), 30);
    world.activated(BEN).await;
    let customer = world.customer_id(BEN.requester).await;
    swept(&world).await;
    world.move_added_devices(1002, None);

    let held = swept(&world).await;
    assert_eq!((held.state, held.takes_away), (SweepState::Held, 30));
    assert_eq!(serials(&world, customer).await.len(), 32, "nothing was removed");
    let alarms = world.hub.queries().alarms().await.unwrap();
    assert_eq!(alarms.iter().map(|alarm| alarm.code.as_str()).collect::<Vec<_>>(), ["changes_held"]);

    world.hub.apply_sweep_now(held.id, &Chosen::All, &JO).await.unwrap();
    world.hub.run_pending().await;
    assert_eq!(serials(&world, customer).await, ["HIB-B1", "HIB-B2"]);
    assert!(world.hub.queries().alarms().await.unwrap().is_empty());
}
