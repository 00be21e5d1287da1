//! Seats of licences, and licences that were refused.

mod reads;
mod rows;
pub(crate) mod sql;
mod write;

pub use rows::Seat;
