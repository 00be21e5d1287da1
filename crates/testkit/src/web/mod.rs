//! The whole application: a hub behind its web interfaces, over real HTTP on loopback.

mod app;
mod builder;
mod contract;
mod described;
pub mod marketplace;
mod neighbour;
pub mod passwords;
pub mod portal;
mod staff;

pub use app::TestApp;
pub use builder::{HOOK_SECRET, TestAppBuilder};
pub use contract::{Answer, Contract, Operation};
pub use neighbour::NeighbourApp;
pub use staff::{Colleague, STAFF_LOGIN, STAFF_PASSWORD, Shown, preview_cookie};
