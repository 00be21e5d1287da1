//! Licence seats and rejected licences.

mod reads;
mod rows;
pub(crate) mod sql;
mod write;

pub use rows::Seat;
