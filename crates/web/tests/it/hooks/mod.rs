//! What the outside systems' webhooks tell.

mod changes;
pub mod chaos;
