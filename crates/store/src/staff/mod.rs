//! Staff accounts of the console, and API keys.

mod reads;
mod rows;
pub(crate) mod sql;
mod write;
