//! The probes, by subject.

pub mod access;
pub mod delete;
pub mod existing;
pub mod exists;
pub mod options;
pub mod reseller;
pub mod synchronize;
pub mod transport;
