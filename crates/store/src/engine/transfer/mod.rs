//! Copies all rows of a database into a new one with the same schema, for example from SQLite to PostgreSQL. It knows no
//! table: both databases list their own.

mod batch;
mod postgres;
mod sqlite;

use std::path::PathBuf;

use tokio::sync::mpsc;

use self::batch::Digest;
use super::Location;
use super::error::{Cause, StoreError};
use super::migrate::Migration;
use super::statement::Sql;
use super::value::Value;

/// The table in which each database keeps its own migrations.
const OWN: &str = "schema_migrations";
/// Names what is read in errors.
const READ: Sql = Sql { name: "MOVE", text: "" };

/// Why a database was not moved. Both databases are as they were.
#[derive(Debug, thiserror::Error)]
pub enum MoveError {
    /// The file of the new database exists.
    #[error("{} exists already: name a file that does not exist", .0.display())]
    Exists(PathBuf),
    /// The new database has rows.
    #[error("the new database is not empty, its table {table} has {rows} rows: name a new database")]
    NotEmpty {
        /// A table with rows.
        table: String,
        /// The number of its rows.
        rows: u64,
    },
    /// Hubs use the old database.
    #[error("{0} running processes use the database: stop them first, because what they write now would not be moved")]
    Served(usize),
    /// What was read from the new database is not what was written to it.
    #[error("table {0} is not the same in both databases after it was copied, so nothing was moved")]
    Differs(String),
    /// A database returned an error.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A table of which all rows were copied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CopiedTable {
    /// Name.
    pub name: String,
    /// The number of its rows.
    pub rows: u64,
}

/// A table, as its database lists it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Table {
    name: String,
    columns: Vec<String>,
}

impl Table {
    fn listed(&self) -> String {
        self.columns.join(", ")
    }

    fn select(&self) -> String {
        format!("SELECT {} FROM {}", self.listed(), self.name)
    }
}

/// Rows on their way, some at a time.
type Rows = mpsc::Receiver<Result<Vec<Vec<Value>>, StoreError>>;

/// One of the two databases.
enum Database {
    Sqlite(sqlite::File),
    Postgres(postgres::Connection),
}

/// Copies everything from the database at `from` to the new one at `to`, in one transaction, and reads it again there
/// before it is committed. `copied` is called after each table.
pub(crate) async fn copy(
    from: &str,
    to: &str,
    schema: &[Migration],
    copied: &mut (dyn FnMut(&CopiedTable) + Send),
) -> Result<(), MoveError> {
    let source = match Location::parse(from)? {
        Location::Sqlite(path) => Database::Sqlite(sqlite::File::existing(path, schema)?),
        Location::Postgres => Database::Postgres(postgres::Connection::unused(from, schema).await?),
    };
    let mut target = match Location::parse(to)? {
        Location::Sqlite(path) => Database::Sqlite(sqlite::File::new(path, schema)?),
        Location::Postgres => Database::Postgres(postgres::Connection::open(to, schema).await?),
    };
    let (tables, theirs) = (source.tables().await?, target.tables().await?);
    if tables != theirs {
        return Err(StoreError::Schema("the databases do not have the same tables and columns".to_owned()).into());
    }
    let fresh = sqlite::rows_of_a_new_database(schema)?;
    for table in &tables {
        let rows = digest(target.read(table)).await?.rows;
        if rows > fresh.get(&table.name).copied().unwrap_or_default() {
            return Err(MoveError::NotEmpty { table: table.name.clone(), rows });
        }
    }
    target.begin(&tables).await?;
    for table in &tables {
        let written = target.load(table, source.read(table)).await?;
        if digest(target.read(table)).await? != written {
            return Err(MoveError::Differs(table.name.clone()));
        }
        copied(&CopiedTable { name: table.name.clone(), rows: written.rows });
    }
    Ok(target.commit().await?)
}

async fn digest(mut rows: Rows) -> Result<Digest, StoreError> {
    let mut digest = Digest::default();
    while let Some(some) = rows.recv().await {
        digest.add(&some?);
    }
    Ok(digest)
}

impl Database {
    /// All tables with rows of the hub, sorted by name.
    async fn tables(&self) -> Result<Vec<Table>, StoreError> {
        let mut tables = match self {
            Self::Sqlite(file) => file.tables()?,
            Self::Postgres(connection) => connection.tables().await?,
        };
        tables.retain(|table| table.name != OWN);
        for table in &mut tables {
            table.columns.sort();
        }
        tables.sort();
        Ok(tables)
    }

    fn read(&self, table: &Table) -> Rows {
        match self {
            Self::Sqlite(file) => file.read(table),
            Self::Postgres(connection) => connection.read(table),
        }
    }

    /// Begins the transaction, in which references are checked at the end, and empties the tables.
    async fn begin(&mut self, tables: &[Table]) -> Result<(), StoreError> {
        match self {
            Self::Sqlite(file) => file.begin(tables),
            Self::Postgres(connection) => connection.begin(tables).await,
        }
    }

    async fn load(&self, table: &Table, rows: Rows) -> Result<Digest, StoreError> {
        match self {
            Self::Sqlite(file) => file.load(table, rows).await,
            Self::Postgres(connection) => connection.load(table, rows).await,
        }
    }

    /// Checks all references, and commits.
    async fn commit(self) -> Result<(), StoreError> {
        match self {
            Self::Sqlite(file) => file.commit(),
            Self::Postgres(connection) => connection.commit().await,
        }
    }
}
