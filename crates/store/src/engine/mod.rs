//! The engine: executes statements with values and returns rows, on SQLite or PostgreSQL. It knows no table.

mod error;
mod migrate;
mod postgres;
mod row;
mod snapshot;
mod sqlite;
mod statement;
#[cfg(test)]
mod tests;
mod value;

use std::path::{Path, PathBuf};

use tracing::Instrument;

pub use error::{ApplyError, Cause, StoreError};
pub(crate) use migrate::Migration;
#[cfg(test)]
pub(crate) use migrate::{postgres as migrate_postgres, sqlite as migrate_sqlite};
pub(crate) use row::Row;
pub use row::{Undecodable, Undecoded};
pub(crate) use snapshot::Snapshot;
#[cfg(test)]
pub(crate) use sqlite::numbered;
pub use sqlite::{RestoreError, Restoring};
pub(crate) use sqlite::{beside, readers};
#[cfg(feature = "bench")]
pub use statement::Expect;
pub use statement::{Sql, Statement};
pub(crate) use statement::{listed, room, statements};
pub use value::Value;

/// An open database. Cloning it is cheap; all clones share the connections.
#[derive(Debug, Clone)]
pub(crate) enum Engine {
    Sqlite(sqlite::Sqlite),
    Postgres(postgres::Postgres),
}

impl Engine {
    /// Opens the database at `url` and brings its schema up to date.
    pub(crate) async fn open(url: &str, schema: &'static [Migration]) -> Result<Self, StoreError> {
        match Location::parse(url)? {
            Location::Postgres => Ok(Self::Postgres(postgres::Postgres::open(url, schema).await?)),
            Location::Sqlite(path) => Ok(Self::Sqlite(sqlite::Sqlite::open(path, schema)?)),
        }
    }

    /// Opens the database at `url` to serve it. An SQLite file is locked for this process until it is closed.
    pub(crate) async fn open_to_serve(url: &str, schema: &'static [Migration]) -> Result<Self, StoreError> {
        match Location::parse(url)? {
            Location::Postgres => Self::open(url, schema).await,
            Location::Sqlite(path) => Ok(Self::Sqlite(sqlite::Sqlite::open_to_serve(path, schema)?)),
        }
    }

    /// Closes all connections, after the requests made before. An SQLite file is then complete without its log.
    pub(crate) async fn close(&self) {
        match self {
            Self::Sqlite(sqlite) => sqlite.close().await,
            Self::Postgres(postgres) => postgres.close(),
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
            Self::Postgres(_) => {
                Err(StoreError::Unsupported("a PostgreSQL database is backed up with pg_dump, or by its own archiving"))
            }
        }
    }

    /// Runs a query.
    pub(crate) async fn query(&self, sql: Sql, values: Vec<Value>) -> Result<Vec<Row>, StoreError> {
        let span = tracing::debug_span!("query", statement = sql.name);
        match self {
            Self::Sqlite(sqlite) => sqlite.query(sql, values).instrument(span).await,
            Self::Postgres(postgres) => postgres.query(sql, values).instrument(span).await,
        }
    }

    /// Begins a snapshot: reads that all see the database at one moment.
    pub(crate) async fn snapshot(&self) -> Result<Snapshot, StoreError> {
        match self {
            Self::Sqlite(sqlite) => sqlite.snapshot().map(Snapshot::Sqlite),
            Self::Postgres(postgres) => {
                postgres.snapshot().await.map(|snapshot| Snapshot::Postgres(Box::new(snapshot)))
            }
        }
    }

    /// Runs a statement that writes and returns rows, outside any batch.
    pub(crate) async fn returning(&self, sql: Sql, values: Vec<Value>) -> Result<Vec<Row>, StoreError> {
        let span = tracing::debug_span!("write", statement = sql.name);
        match self {
            Self::Sqlite(sqlite) => sqlite.returning(sql, values).instrument(span).await,
            Self::Postgres(postgres) => postgres.returning(sql, values).instrument(span).await,
        }
    }

    /// Runs statements as one transaction: all of them, durably, or none.
    pub(crate) async fn batch(&self, statements: Vec<Statement>) -> Result<(), ApplyError> {
        let first = statements.first().map(|statement| statement.sql.name);
        let span = tracing::debug_span!("batch", statement = first, statements = statements.len());
        match self {
            Self::Sqlite(sqlite) => sqlite.batch(statements).instrument(span).await,
            Self::Postgres(postgres) => postgres.batch(statements).instrument(span).await,
        }
    }
}

/// Begins to restore a backup into the file at `url`.
pub(crate) fn begin_restore(url: &str, file: &Path, schema: &[Migration]) -> Result<Restoring, RestoreError> {
    match Location::parse(url)? {
        Location::Postgres => Err(RestoreError::Postgres),
        Location::Sqlite(path) => Restoring::begin(path, file, schema),
    }
}

/// Location of a database.
#[derive(Debug, PartialEq, Eq)]
enum Location<'a> {
    Postgres,
    Sqlite(&'a Path),
}

impl<'a> Location<'a> {
    /// Parses `postgres://…`, `sqlite:PATH`, or a path. Anything that looks like another URL is not a path.
    fn parse(url: &'a str) -> Result<Self, StoreError> {
        let path = match url.split_once(':') {
            Some(("postgres" | "postgresql", rest)) if rest.starts_with("//") => return Ok(Self::Postgres),
            Some(("sqlite", rest)) => rest.strip_prefix("//").unwrap_or(rest),
            Some((scheme, _)) if is_scheme(scheme) => {
                return Err(StoreError::Url(format!(
                    "the database URL begins with {scheme}: – it must be postgres://…, sqlite:PATH, or the path of an SQLite file"
                )));
            }
            _ => url,
        };
        if path.is_empty() {
            return Err(StoreError::Url("the database URL names no file".to_owned()));
        }
        Ok(Self::Sqlite(Path::new(path)))
    }
}

fn is_scheme(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_alphabetic())
        && text.chars().all(|it| it.is_ascii_alphanumeric() || matches!(it, '+' | '-' | '.'))
}
