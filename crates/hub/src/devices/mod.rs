//! Writing device changes to the service desk.

pub(crate) mod device_writes;
mod loads;
