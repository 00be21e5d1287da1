//! The stand-ins over real sockets.

mod freshsales;
mod idp;
mod mail;
mod world;
