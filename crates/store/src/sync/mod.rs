//! Reviews, sweeps, held changes, and what came through the hooks.

pub(crate) mod holds;
pub(crate) mod hooks;
pub(crate) mod reviews;
pub(crate) mod sweeps;
