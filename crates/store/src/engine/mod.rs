//! The engine: executes statements with values and returns rows, on SQLite or PostgreSQL. It knows no table.

mod error;
#[cfg(feature = "simulation")]
mod faults;
mod load;
mod migrate;
mod postgres;
mod row;
mod snapshot;
mod sqlite;
mod statement;
#[cfg(test)]
mod tests;
mod transfer;
mod value;

use std::path::{Path, PathBuf};

use tracing::Instrument;

pub use error::{ApplyError, Cause, StoreError};
#[cfg(feature = "simulation")]
pub use faults::{Call, Decision, Faults};
pub use load::{Connections, Load};
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
pub(crate) use transfer::copy;
pub use transfer::{CopiedTable, MoveError};
pub use value::Value;

/// A database that the store can use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DatabaseKind {
    /// A file, which one process serves.
    Sqlite,
    /// A server, which several processes can share.
    Postgres,
}

impl DatabaseKind {
    /// Name for people.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite",
            Self::Postgres => "postgres",
        }
    }
}

impl std::fmt::Display for DatabaseKind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

/// An open database. Cloning it is cheap; all clones share the connections.
#[derive(Debug, Clone)]
pub(crate) enum Engine {
    Sqlite(sqlite::Sqlite),
    Postgres(postgres::Postgres),
    #[cfg(feature = "simulation")]
    InLine(sqlite::InLine),
    #[cfg(feature = "simulation")]
    Faulty(Box<faults::Faulty>),
}

impl Engine {
    /// Checks the form of a URL.
    pub(crate) fn check_url(url: &str) -> Result<(), StoreError> {
        match Location::parse(url)? {
            Location::Postgres => postgres::check_url(url),
            Location::Sqlite(_) => Ok(()),
        }
    }

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

    /// Opens an SQLite file without threads.
    #[cfg(feature = "simulation")]
    pub(crate) fn open_in_line(path: &Path, schema: &[Migration]) -> Result<Self, StoreError> {
        Ok(Self::InLine(sqlite::InLine::open(path, schema)?))
    }

    /// The same database, whose calls have faults.
    #[cfg(feature = "simulation")]
    pub(crate) fn with_faults(self, faults: std::sync::Arc<dyn Faults>) -> Self {
        Self::Faulty(Box::new(faults::Faulty { engine: self, faults }))
    }

    /// Closes all connections, after the requests made before. An SQLite file is then complete without its log.
    pub(crate) async fn close(&self) {
        match self {
            Self::Sqlite(sqlite) => sqlite.close().await,
            Self::Postgres(postgres) => postgres.close(),
            #[cfg(feature = "simulation")]
            Self::InLine(_) => {}
            #[cfg(feature = "simulation")]
            Self::Faulty(faulty) => Box::pin(faulty.engine.close()).await,
        }
    }

    /// The database in use.
    pub(crate) fn kind(&self) -> DatabaseKind {
        match self {
            Self::Sqlite(_) => DatabaseKind::Sqlite,
            Self::Postgres(_) => DatabaseKind::Postgres,
            #[cfg(feature = "simulation")]
            Self::InLine(_) => DatabaseKind::Sqlite,
            #[cfg(feature = "simulation")]
            Self::Faulty(faulty) => faulty.engine.kind(),
        }
    }

    /// What waits for the database at this moment.
    pub(crate) fn load(&self) -> Load {
        match self {
            Self::Sqlite(sqlite) => sqlite.load(),
            Self::Postgres(postgres) => postgres.load(),
            #[cfg(feature = "simulation")]
            Self::InLine(_) => Load::default(),
            #[cfg(feature = "simulation")]
            Self::Faulty(faulty) => faulty.engine.load(),
        }
    }

    /// The file of an SQLite database.
    pub(crate) fn path(&self) -> Option<&Path> {
        match self {
            Self::Sqlite(sqlite) => Some(sqlite.path()),
            Self::Postgres(_) => None,
            #[cfg(feature = "simulation")]
            Self::InLine(in_line) => Some(in_line.path()),
            #[cfg(feature = "simulation")]
            Self::Faulty(faulty) => faulty.engine.path(),
        }
    }

    /// Folds the write-ahead log of SQLite back into the database, so that nothing that was changed stays in it.
    pub(crate) async fn fold_log(&self) {
        if let Self::Sqlite(sqlite) = self {
            sqlite.fold_log().await;
        }
    }

    /// Copies an SQLite database to a new file while it is in use. PostgreSQL has `pg_dump` for that.
    pub(crate) async fn backup(&self, to: PathBuf) -> Result<(), StoreError> {
        match self {
            Self::Sqlite(sqlite) => sqlite.backup(to).await,
            Self::Postgres(_) => {
                Err(StoreError::Unsupported("a PostgreSQL database is backed up with pg_dump, or by its own archiving"))
            }
            #[cfg(feature = "simulation")]
            Self::InLine(_) => Err(StoreError::Unsupported("a simulated database is not backed up")),
            #[cfg(feature = "simulation")]
            Self::Faulty(faulty) => Box::pin(faulty.engine.backup(to)).await,
        }
    }

    /// Runs a query.
    pub(crate) async fn query(&self, sql: Sql, values: Vec<Value>) -> Result<Vec<Row>, StoreError> {
        let span = tracing::debug_span!("query", statement = sql.name);
        match self {
            Self::Sqlite(sqlite) => sqlite.query(sql, values).instrument(span).await,
            Self::Postgres(postgres) => postgres.query(sql, values).instrument(span).await,
            #[cfg(feature = "simulation")]
            Self::InLine(in_line) => span.in_scope(|| in_line.query(sql, &values)),
            #[cfg(feature = "simulation")]
            Self::Faulty(faulty) => faulty.query(sql, values).await,
        }
    }

    /// Begins a snapshot: reads that all see the database at one moment.
    pub(crate) async fn snapshot(&self) -> Result<Snapshot, StoreError> {
        match self {
            Self::Sqlite(sqlite) => sqlite.snapshot().map(Snapshot::Sqlite),
            Self::Postgres(postgres) => {
                postgres.snapshot().await.map(|snapshot| Snapshot::Postgres(Box::new(snapshot)))
            }
            #[cfg(feature = "simulation")]
            Self::InLine(in_line) => in_line.snapshot().map(Snapshot::InLine),
            #[cfg(feature = "simulation")]
            Self::Faulty(faulty) => faulty.snapshot().await,
        }
    }

    /// Runs a statement that writes and returns rows, outside any batch.
    pub(crate) async fn returning(&self, sql: Sql, values: Vec<Value>) -> Result<Vec<Row>, StoreError> {
        let span = tracing::debug_span!("write", statement = sql.name);
        match self {
            Self::Sqlite(sqlite) => sqlite.returning(sql, values).instrument(span).await,
            Self::Postgres(postgres) => postgres.returning(sql, values).instrument(span).await,
            #[cfg(feature = "simulation")]
            Self::InLine(in_line) => span.in_scope(|| in_line.returning(sql, values)),
            #[cfg(feature = "simulation")]
            Self::Faulty(faulty) => faulty.returning(sql, values).await,
        }
    }

    /// Runs statements as one transaction: all of them, durably, or none.
    pub(crate) async fn batch(&self, statements: Vec<Statement>) -> Result<(), ApplyError> {
        let first = statements.first().map(|statement| statement.sql.name);
        let span = tracing::debug_span!("batch", statement = first, statements = statements.len());
        match self {
            Self::Sqlite(sqlite) => sqlite.batch(statements).instrument(span).await,
            Self::Postgres(postgres) => postgres.batch(statements).instrument(span).await,
            #[cfg(feature = "simulation")]
            Self::InLine(in_line) => span.in_scope(|| in_line.batch(statements)),
            #[cfg(feature = "simulation")]
            Self::Faulty(faulty) => faulty.batch(statements).await,
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
