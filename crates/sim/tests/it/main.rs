//! The stand-ins, spoken to over HTTP and SMTP on loopback, as their callers do.

mod faults;
mod freshsales;
mod freshservice;
mod idp;
mod mail;
mod persist;
mod world;
