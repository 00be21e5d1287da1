//! Staff accounts of the console, and API keys.

mod reads;
pub(crate) mod sql;
mod write;
