//! Staff accounts of the console, and API keys of machines.

mod reads;
pub(crate) mod sql;
mod write;
