//! Tests of the stand-ins over HTTP and SMTP on loopback.

mod faults;
mod freshsales;
mod freshservice;
mod idp;
mod mail;
mod persist;
mod world;
