//! What the tests of every crate share: a database of its own for each story, on SQLite and on PostgreSQL.
//!
//! A *story* is an `async fn` that takes its *stage* and is marked [`both_databases`]. Nothing else lists it.
#![expect(clippy::unwrap_used, reason = "a story that cannot go on has failed")]

mod databases;
mod story;

pub use databases::{Databases, run_sql};
pub use story::{Stage, on_postgres, on_sqlite};
pub use testkit_macros::{both_databases, only_postgres};
