//! The console.

mod company_sign_in;
mod customers;
mod deals;
mod home;
mod inventory;
mod invitations;
mod marketplace;
mod marketplace_platform;
mod search;
mod sign_in;
mod staff;
mod systems;

use tessera_core::kernel::ids::CustomerId;
use testkit::TestApp;

async fn customer(app: &TestApp, requester: &str) -> CustomerId {
    app.customer_of(requester).await.parse().unwrap()
}
