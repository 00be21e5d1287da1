//! Jobs: effects that wait to happen.

mod reads;
mod rows;
pub(crate) mod sql;
mod write;

pub use reads::JobCounts;
pub use rows::{JobRow, JobState};
