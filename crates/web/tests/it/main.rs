//! The hub's interfaces over real HTTP on loopback, with stand-ins for the outside systems, on both databases.
#![expect(clippy::unwrap_used, reason = "a story that cannot go on has failed")]

mod activation;
mod api;
mod auth;
mod b2c;
mod console;
mod documents;
mod encodings;
mod forms;
mod hooks;
mod hostile;
mod isolation;
mod language;
mod marketplace_api;
mod marketplace_platform;
mod middleware;
mod persons;
mod portal;
mod promises;
mod routes;
mod statements;
mod storefront;
mod sync;
mod tech;
mod two_processes;
mod walks;
mod warehouse;
