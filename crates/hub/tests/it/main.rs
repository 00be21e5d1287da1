//! The hub's journeys without a web interface, with stand-ins for the outside systems, on both databases.
#![expect(clippy::unwrap_used, reason = "a story that cannot go on has failed")]

mod activation;
mod device_writes;
mod effects;
mod marketplace;
mod refresh;
mod registration;
mod returns;
mod sign_in;
mod sweeps;

use tessera_core::kernel::ids::CustomerId;
use testkit::TestHub;

/// The serial numbers of a customer's devices, sorted.
async fn serials(world: &TestHub, customer: CustomerId) -> Vec<String> {
    let devices = world.store.devices_of(customer).await.unwrap();
    let mut serials: Vec<_> = devices.into_iter().filter_map(|device| device.serial).collect();
    serials.sort();
    serials
}
