//! Devices, and requested device writes.

pub(crate) mod device_writes;
mod reads;
mod rows;
pub(crate) mod sql;
mod write;

pub use reads::{FoundDevice, MyDevices};
