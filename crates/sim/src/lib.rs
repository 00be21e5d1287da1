//! Stand-ins for the outside systems, for the demo and for tests.
//!
//! Each stand-in is a small HTTP (or SMTP) server on loopback, faithful to the outside system's published behaviour: to the field, the
//! status and the header. It knows only wire formats, nothing of the hub. What is not part of the outside system's own interface
//! lies under `/_sim/`.

pub mod clock;
pub mod faults;
pub mod freshsales;
pub mod freshservice;
pub mod idp;
pub mod mail;
pub mod marketplace_vendor;
mod names;
pub mod page;
pub mod persist;
pub mod server;
pub mod world;
