//! Reads that all see the database at one moment, so that the parts of a page are consistent.

use super::error::StoreError;
use super::row::Row;
use super::statement::Sql;
use super::value::Value;
use super::{postgres, sqlite};

/// A read-only transaction. It ends when it is dropped.
#[derive(Debug)]
pub(crate) enum Snapshot {
    Sqlite(sqlite::Snapshot),
    Postgres(Box<postgres::Snapshot>),
    #[cfg(feature = "simulation")]
    InLine(sqlite::InLineSnapshot),
    #[cfg(feature = "simulation")]
    Faulty(Box<super::faults::FaultySnapshot>),
}

impl Snapshot {
    /// Runs a query.
    pub(crate) async fn query(&self, sql: Sql, values: Vec<Value>) -> Result<Vec<Row>, StoreError> {
        match self {
            Self::Sqlite(snapshot) => snapshot.query(sql, values).await,
            Self::Postgres(snapshot) => snapshot.query(sql, &values).await,
            #[cfg(feature = "simulation")]
            Self::InLine(snapshot) => snapshot.query(sql, &values),
            #[cfg(feature = "simulation")]
            Self::Faulty(snapshot) => snapshot.query(sql, values).await,
        }
    }
}
