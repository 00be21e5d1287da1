//! Shared infrastructure of all tests.
//!
//! A *story* is an `async fn` marked [`both_databases`]. Its argument is its stage: [`Databases`], a store
//! ([`Database`]), a hub without web interfaces ([`TestHub`]), or a whole application ([`TestApp`]). The attribute
//! generates one test on SQLite and one on PostgreSQL.
//!
//! The features `store`, `hub` and `web` add the corresponding stages.
#![expect(clippy::unwrap_used, reason = "a story that cannot go on has failed")]

use std::path::{Path, PathBuf};

#[cfg(feature = "hub")]
mod browser;
mod databases;
#[cfg(feature = "hub")]
pub mod hub;
#[cfg(feature = "store")]
pub mod store;
mod story;
#[cfg(feature = "store")]
mod uncommitted;
#[cfg(feature = "web")]
pub mod web;
mod wording;

pub use databases::{Databases, count_rows, rows_of_all_tables, run_sql, tables_containing};
pub use story::{Stage, Story, on_postgres, on_sqlite};
pub use testkit_macros::{both_databases, only_postgres};
pub use wording::internal_name;

#[cfg(feature = "hub")]
pub use browser::{Browser, File, Page, client, without_form_keys};
#[cfg(feature = "hub")]
pub use hub::{
    ADA, APP_CLIENT, B2C_KEY, BEN, CLEO, CLI, CRM_KEY, DAN, DESK, EVE, JO, Known, MACHINE, MARKETPLACE, NO_EMAIL,
    Neighbour, PASSWORD, POLICY, Process, STRANGER, TestHub, WEBSITE, authenticator, fault,
};
#[cfg(feature = "store")]
pub use store::Database;
#[cfg(feature = "store")]
pub use uncommitted::{while_held_up, while_uncommitted};
#[cfg(feature = "web")]
pub use web::{
    Answer, Colleague, Contract, HOOK_SECRET, NeighbourApp, Operation, STAFF_LOGIN, STAFF_PASSWORD, Shown, TestApp,
    marketplace, passwords, portal, preview_cookie,
};

/// File with the signing key of identity providers in tests. It stays in the target folder, because making a key takes longer than most
/// tests.
pub fn identity_provider_key() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/tests/identity-provider.pem")
}
