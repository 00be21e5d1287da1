//! The marketplace API, over real HTTP.

mod contract;
mod deletion;
mod hostile;
mod matching;
mod persons;
mod repeats;

use tessera_core::kernel::ids::CustomerId;
use testkit::TestApp;

pub fn id_of(external_id: &str) -> CustomerId {
    external_id.parse().unwrap()
}

pub async fn customers(app: &TestApp) -> usize {
    app.store.customers(None, 1000).await.unwrap().len()
}

async fn events(app: &TestApp, customer: &str) -> Vec<String> {
    let entries = app.store.whole_timeline(id_of(customer)).await.unwrap();
    entries.iter().map(|entry| entry.event().unwrap().name().to_owned()).collect()
}
