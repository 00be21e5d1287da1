//! The engine: statements with their values go in, rows come out, on SQLite or PostgreSQL. It knows no table.

mod error;
mod migrate;
mod postgres;
mod row;
mod sqlite;
mod statement;
mod value;

use std::path::{Path, PathBuf};

pub use error::{ApplyError, StoreError};
pub(crate) use migrate::Migration;
#[cfg(test)]
pub(crate) use migrate::{postgres as migrate_postgres, sqlite as migrate_sqlite};
pub(crate) use row::Row;
pub use row::Undecodable;
#[cfg(test)]
pub(crate) use sqlite::numbered;
pub use statement::{Expect, Statement};
pub use value::{FromValue, Value};

/// An open database. Cloning it is cheap; all clones share the connections.
#[derive(Debug, Clone)]
pub(crate) enum Engine {
    Sqlite(sqlite::Sqlite),
    Postgres(postgres::Postgres),
}

impl Engine {
    /// Opens the database that `url` names and brings its schema up to date.
    pub(crate) async fn open(url: &str, schema: &'static [Migration]) -> Result<Self, StoreError> {
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            Ok(Self::Postgres(postgres::Postgres::open(url, schema).await?))
        } else {
            let path = url.strip_prefix("sqlite:").unwrap_or(url);
            Ok(Self::Sqlite(sqlite::Sqlite::open(Path::new(path), schema)?))
        }
    }

    /// The name of the database in use.
    pub(crate) const fn kind(&self) -> &'static str {
        match self {
            Self::Sqlite(_) => "sqlite",
            Self::Postgres(_) => "postgres",
        }
    }

    /// The file of an SQLite database.
    pub(crate) fn path(&self) -> Option<&Path> {
        match self {
            Self::Sqlite(sqlite) => Some(sqlite.path()),
            Self::Postgres(_) => None,
        }
    }

    /// Copies an SQLite database to a new file while it is in use. PostgreSQL has `pg_dump` for that.
    pub(crate) async fn backup(&self, to: PathBuf) -> Result<(), StoreError> {
        match self {
            Self::Sqlite(sqlite) => sqlite.backup(to).await,
            Self::Postgres(_) => Err(StoreError::Version(
                "a PostgreSQL database is backed up with pg_dump, or by its own archiving".to_owned(),
            )),
        }
    }

    /// Reads.
    pub(crate) async fn query(&self, sql: &'static str, values: Vec<Value>) -> Result<Vec<Row>, StoreError> {
        match self {
            Self::Sqlite(sqlite) => sqlite.query(sql, values).await,
            Self::Postgres(postgres) => postgres.query(sql, values).await,
        }
    }

    /// A statement that writes and returns rows, outside any batch.
    pub(crate) async fn returning(&self, sql: &'static str, values: Vec<Value>) -> Result<Vec<Row>, StoreError> {
        match self {
            Self::Sqlite(sqlite) => sqlite.returning(sql, values).await,
            Self::Postgres(postgres) => postgres.query(sql, values).await,
        }
    }

    /// Runs statements as one transaction: all of them, durably, or none.
    pub(crate) async fn batch(&self, statements: Vec<Statement>) -> Result<(), ApplyError> {
        match self {
            Self::Sqlite(sqlite) => sqlite.batch(statements).await,
            Self::Postgres(postgres) => postgres.batch(statements).await,
        }
    }
}
