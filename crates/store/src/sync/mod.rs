//! Reviews, sweeps, held changes, and statistics of webhook deliveries.

pub(crate) mod holds;
pub(crate) mod hooks;
pub(crate) mod reviews;
pub(crate) mod sweeps;
