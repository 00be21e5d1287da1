//! Customers, and the records linked to them.

mod reads;
mod rows;
pub(crate) mod sql;
mod write;
