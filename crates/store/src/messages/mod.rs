//! Messages, their credentials, and readings of devices.

mod reads;
mod rows;
pub(crate) mod sql;
mod write;
