//! The outside systems, sweeps, and reviews.

pub(crate) mod compare;
pub(crate) mod review;
pub(crate) mod sweeps;
pub(crate) mod systems;
