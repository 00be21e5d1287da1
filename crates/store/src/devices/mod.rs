//! Devices, and requested device writes.

pub(crate) mod device_writes;
pub(crate) mod inventory;
pub(crate) mod loads;
mod reads;
mod rows;
pub(crate) mod sql;
mod write;

pub use inventory::{Holding, InventoryFilter, InventoryItem};
pub use loads::LoadLineState;
pub use reads::{FoundDevice, MyDevices};
