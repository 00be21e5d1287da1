//! What waits for a decision: put aside, released, decided about, applied. Every write here is a change of a plan.

mod reads;
mod rows;
pub(crate) mod sql;
mod write;

pub use reads::{Binding, Held, Moved};
