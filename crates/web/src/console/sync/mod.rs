//! The outside systems, sweeps, and questions that only a person may decide.

pub(crate) mod compare;
pub(crate) mod review;
pub(crate) mod sweeps;
pub(crate) mod systems;
