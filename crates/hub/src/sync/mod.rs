//! Reading the outside systems, and bringing what is known in line with what they say.

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
