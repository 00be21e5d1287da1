//! Sweeps: how far they are, and what somebody has to look at.

mod reads;
pub(crate) mod rows;
pub(crate) mod sql;

pub use reads::KnownRecord;
pub use rows::{Alarm, Sweep};
