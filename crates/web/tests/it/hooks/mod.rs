//! Webhooks of the outside systems.

mod changes;
pub mod chaos;
