//! Held changes: put aside, released, decided, applied. Every write here is part of a plan.

mod reads;
mod rows;
pub(crate) mod sql;
mod write;

pub use reads::{Binding, Held, Moved};
