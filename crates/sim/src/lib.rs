//! Stand-ins for the outside systems, for the demo and for tests.
//!
//! Each stand-in is a small HTTP (or SMTP) server on loopback that reproduces the published behaviour of the outside
//! system, to the field, the status and the header. It knows wire formats only, nothing of the hub. Routes that are not
//! part of the real interface are under `/_sim/`.

pub mod clock;
mod endpoint;
pub mod example_cloud;
pub mod faults;
pub mod freshsales;
pub mod freshservice;
pub mod idp;
pub mod mail;
pub mod marketplace_vendor;
mod names;
pub mod page;
pub mod persist;
pub mod scripted_vendor;
pub mod server;
pub mod world;
