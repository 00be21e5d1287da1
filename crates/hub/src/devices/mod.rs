//! Changing devices in the service desk.

pub(crate) mod device_writes;
