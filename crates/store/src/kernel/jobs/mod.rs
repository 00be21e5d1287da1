//! Jobs: effects that wait to happen.

pub(crate) mod claims;
mod reads;
mod rows;
pub(crate) mod sql;
mod workers;
mod write;

pub use reads::JobCounts;
pub use rows::{JobRow, JobState};
pub use workers::{PausedSystem, PoolCounts, Worker};
