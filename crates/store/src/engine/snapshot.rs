//! Reads that all see the database as it was at one moment, so that what a page puts together agrees with itself.

use super::error::StoreError;
use super::row::Row;
use super::statement::Sql;
use super::value::Value;
use super::{postgres, sqlite};

/// One read-only transaction. It ends when it is dropped.
#[derive(Debug)]
pub(crate) enum Snapshot {
    Sqlite(sqlite::Snapshot),
    Postgres(Box<postgres::Snapshot>),
    #[cfg(feature = "simulation")]
    InLine(sqlite::InLineSnapshot),
}

impl Snapshot {
    /// Reads.
    pub(crate) async fn query(&self, sql: Sql, values: Vec<Value>) -> Result<Vec<Row>, StoreError> {
        match self {
            Self::Sqlite(snapshot) => snapshot.query(sql, values).await,
            Self::Postgres(snapshot) => snapshot.query(sql, &values).await,
            #[cfg(feature = "simulation")]
            Self::InLine(snapshot) => snapshot.query(sql, &values).await,
        }
    }
}
