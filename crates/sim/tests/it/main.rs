//! The stand-ins, spoken to over HTTP on loopback, as their callers do.

mod faults;
mod freshservice;
mod idp;
mod persist;
