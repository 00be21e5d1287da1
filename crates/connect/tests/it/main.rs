//! The connectors against loopback stand-ins. Time is virtual.

mod bearer;
mod discipline;
mod freshsales;
mod freshservice;
mod mail;
mod sign_in;
mod stand_in;
mod tokens;
