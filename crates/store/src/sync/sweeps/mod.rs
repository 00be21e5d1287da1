//! Sweeps: progress and alarms.

mod reads;
pub(crate) mod rows;
pub(crate) mod sql;

pub use reads::KnownRecord;
pub use rows::{Alarm, Sweep};
