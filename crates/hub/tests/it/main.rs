//! The hub's journeys without a web interface, with stand-ins for the outside systems, on both databases.
#![expect(clippy::unwrap_used, reason = "a story that cannot go on has failed")]

mod absences;
mod activation;
mod clock;
mod conflicts;
mod credentials_at_once;
mod device_writes;
mod effects;
mod effects_clock;
mod jobs;
mod marketplace;
mod outage_log;
mod races;
mod reasons;
mod refresh;
mod registration;
mod returns;
mod secret_keys;
mod sign_in;
mod staff;
mod sweeps;
mod tickets;
mod two_processes;
mod work_orders;

use tessera_core::kernel::ids::CustomerId;
use testkit::TestHub;
use tokio::task::JoinSet;

/// The outcomes of eight who do the same at once.
async fn by_8_at_once<F>(work: impl Fn(usize) -> F) -> Vec<F::Output>
where
    F: Future<Output: Send> + Send + 'static,
{
    (0..8).map(work).collect::<JoinSet<_>>().join_all().await
}

/// The serial numbers of a customer's devices, sorted.
async fn serials(world: &TestHub, customer: CustomerId) -> Vec<String> {
    let devices = world.store.devices_of(customer).await.unwrap();
    let mut serials: Vec<_> = devices.into_iter().filter_map(|device| device.serial).collect();
    serials.sort();
    serials
}
