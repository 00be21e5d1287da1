//! The built command as its own process: against a real database, with the outside systems played by this one.
#![expect(clippy::unwrap_used, reason = "a story that cannot go on has failed")]

mod audit;
mod check_config;
mod check_vendor;
mod company;
mod contacts_csv;
mod crash;
mod crash_modes;
mod explain;
mod gate;
mod invite;
mod jobs;
mod key;
mod lock;
mod logs;
mod move_database;
mod packages;
mod restore;
mod start;
mod stop;
mod templates;
mod writable;
