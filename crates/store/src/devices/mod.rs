//! Devices, and the changes of assets that wait for the service desk.

pub(crate) mod device_writes;
