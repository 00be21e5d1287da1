//! Synchronisation rules: keep the hub's records up to date with the outside systems, find the customers of records,
//! and plan the consequences.

pub mod absence;
pub mod change;
pub mod correlate;
pub mod device_assignment;
pub mod error;
pub mod event;
pub mod hold;
pub mod jobs;
pub mod merge;
pub mod observe;
pub mod reconcile;
pub mod review;
pub mod sweep;
