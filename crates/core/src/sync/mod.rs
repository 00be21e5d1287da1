//! Keeping the hub's picture of the outside systems true: what was read, whose it is, and what follows.

pub mod absence;
pub mod change;
pub mod correlate;
pub mod device_assignment;
pub mod error;
pub mod hold;
pub mod jobs;
pub mod merge;
pub mod observe;
pub mod reconcile;
pub mod review;
pub mod sweep;
