//! Reads the outside systems, and updates the hub's state to match them.

pub(crate) mod apply_observation;
pub(crate) mod fetch_customer;
pub(crate) mod fetch_record;
pub(crate) mod hooks;
pub(crate) mod preview;
pub(crate) mod read_through;
mod reading_order;
pub(crate) mod refresh;
pub(crate) mod review;
pub(crate) mod sweep;
