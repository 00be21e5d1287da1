//! Devices, and the writes to the service desk that are asked for.

pub(crate) mod device_writes;
mod reads;
mod rows;
pub(crate) mod sql;
mod write;

pub use reads::{FoundDevice, MyDevices};
