//! Customers, and the records linked to them.

mod reads;
mod rows;
pub(crate) mod sql;
pub(crate) mod table;
mod write;
