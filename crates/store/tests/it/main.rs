//! One suite for both databases: every story runs on SQLite and on PostgreSQL, through the public interface alone.
#![expect(clippy::unwrap_used, reason = "a story that cannot go on has failed")]

mod customers;
mod devices;
mod failures;
mod invitation_races;
mod invitations;
mod invoices;
mod jobs;
mod marketplace_platform;
mod overview;
mod people;
mod person_races;
mod portal_races;
mod portal_search;
mod records;
mod requests;
mod retention;
mod retention_races;
mod seats;
mod service_requests;
mod session_races;
mod sessions;
mod storefront;
mod sweeps;
mod timeline;
mod together;
mod transfer;
mod upgrades;
