//! The connectors against loopback stand-ins. Time is virtual.

#![expect(clippy::unwrap_used, reason = "what is broken in a test ends it")]

mod bearer;
mod discipline;
mod freshsales;
mod freshservice;
mod invoices;
mod mail;
mod pace;
mod sign_in;
mod stand_in;
mod tickets;
mod tokens;
