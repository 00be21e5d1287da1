//! SQLite: one thread that writes, a few that read.

mod classify;
#[cfg(test)]
mod faults;
mod files;
mod snapshot;
mod writer;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;

use crossbeam_channel::{Receiver, Sender};
use rusqlite::config::DbConfig;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, OpenFlags, ToSql, params_from_iter};
use tokio::sync::{mpsc, oneshot};

pub(super) use self::classify::classify;
pub(crate) use self::snapshot::Snapshot;
use self::writer::{Work, Write};
use super::error::{ApplyError, Cause, StoreError};
use super::migrate::{self, Migration};
use super::row::{Columns, Row};
use super::statement::{Sql, Statement};
use super::value::Value;

const READERS: usize = 3;
/// How many snapshots are served at once; more of them wait.
const SNAPSHOTS: usize = 3;

type Reply<T> = oneshot::Sender<T>;

struct Read(Sql, Vec<Value>, Reply<Result<Vec<Row>, StoreError>>);

/// An open SQLite database.
#[derive(Debug, Clone)]
pub(crate) struct Sqlite {
    path: PathBuf,
    writes: mpsc::Sender<Write>,
    reads: Sender<Read>,
    snapshots: Sender<snapshot::Requests>,
}

impl Sqlite {
    /// Opens or creates the file and brings its schema up to date.
    pub(crate) fn open(path: &Path, schema: &[Migration]) -> Result<Self, StoreError> {
        files::make_private(path)?;
        let mut writer = connect(path)?;
        migrate::sqlite(&mut writer, schema)?;
        let (writes, queue) = mpsc::channel(4096);
        spawn("store-writer", move || writer::run(&writer, queue))?;
        let (reads, requests) = crossbeam_channel::unbounded();
        for _ in 0..READERS {
            let reader = connect(path)?;
            let requests: Receiver<Read> = requests.clone();
            spawn("store-reader", move || {
                for Read(sql, values, reply) in requests {
                    // Whoever asked may have gone away; then nobody needs the answer.
                    let _ = reply.send(query(&reader, sql, &values));
                }
            })?;
        }
        let (snapshots, asked) = crossbeam_channel::unbounded();
        for _ in 0..SNAPSHOTS {
            let reader = connect(path)?;
            reader.pragma_update(None, "query_only", true).map_err(classify)?;
            let asked: Receiver<snapshot::Requests> = asked.clone();
            spawn("store-snapshot", move || snapshot::serve(&reader, asked))?;
        }
        Ok(Self { path: path.to_owned(), writes, reads, snapshots })
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    pub(crate) async fn query(&self, sql: Sql, values: Vec<Value>) -> Result<Vec<Row>, StoreError> {
        let (reply, answer) = oneshot::channel();
        self.reads.send(Read(sql, values, reply)).map_err(|_| closed())?;
        answer.await.map_err(|_| closed())?
    }

    pub(crate) fn snapshot(&self) -> Result<Snapshot, StoreError> {
        Snapshot::ask(&self.snapshots)
    }

    pub(crate) async fn batch(&self, statements: Vec<Statement>) -> Result<(), ApplyError> {
        self.work(Work::Batch(statements)).await.map(drop)
    }

    pub(crate) async fn returning(&self, sql: Sql, values: Vec<Value>) -> Result<Vec<Row>, StoreError> {
        match self.work(Work::Returning(sql, values)).await {
            Ok(rows) => Ok(rows),
            Err(ApplyError::Store(error)) => Err(error),
            Err(ApplyError::Conflict(_)) => unreachable!("nothing is expected of it"),
        }
    }

    async fn work(&self, work: Work) -> Result<Vec<Row>, ApplyError> {
        let (reply, answer) = oneshot::channel();
        self.writes.send(Write::Work(work, reply)).await.map_err(|_| closed())?;
        answer.await.map_err(|_| StoreError::CommitUnknown(Cause::new("the writer ended before it answered")))?
    }

    pub(crate) async fn backup(&self, to: PathBuf) -> Result<(), StoreError> {
        let (reply, answer) = oneshot::channel();
        self.writes.send(Write::Backup(to, reply)).await.map_err(|_| closed())?;
        answer.await.map_err(|_| closed())?
    }
}

fn spawn(name: &str, work: impl FnOnce() + Send + 'static) -> Result<(), StoreError> {
    let spawned = thread::Builder::new().name(name.to_owned()).spawn(work);
    spawned.map(drop).map_err(|error| StoreError::Unavailable(Cause::of(error)))
}

fn connect(path: &Path) -> Result<Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags).map_err(classify)?;
    // The timeout goes first: switching to WAL may have to wait for another connection that is doing the same.
    connection
        .execute_batch(
            "PRAGMA busy_timeout = 10000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;
             PRAGMA cache_size = -8000; PRAGMA temp_store = MEMORY; PRAGMA wal_autocheckpoint = 4000;",
        )
        .map_err(classify)?;
    // Without this, `column = ?` has a plan that depends on the value, and a cached statement is prepared anew at every use: its values
    // are cleared when it goes back to the cache, which counts as a change of them.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true).map_err(classify)?;
    crate::kernel::schema::teach(&connection).map_err(classify)?;
    connection.set_prepared_statement_cache_capacity(256);
    Ok(connection)
}

fn query(connection: &Connection, sql: Sql, values: &[Value]) -> Result<Vec<Row>, StoreError> {
    let mut prepared = connection.prepare_cached(&numbered(sql.text)).map_err(classify)?;
    let names = prepared.column_names().map(ToOwned::to_owned).collect();
    let columns = Arc::new(Columns { sql, names });
    let mut rows = prepared.query(params_from_iter(values)).map_err(classify)?;
    let mut found = Vec::new();
    while let Some(row) = rows.next().map_err(classify)? {
        let value = |column| from_sqlite(row.get_ref(column).map_err(classify)?, column, &columns);
        let values = (0..columns.names.len()).map(value).collect::<Result<_, _>>()?;
        found.push(Row::new(columns.clone(), values));
    }
    Ok(found)
}

/// `$1` names a parameter in SQLite and numbers it in PostgreSQL; `?1` numbers it in SQLite.
pub(crate) fn numbered(sql: &str) -> String {
    sql.replace('$', "?")
}

impl ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<rusqlite::types::ToSqlOutput<'_>> {
        let value = match self {
            Self::Null => ValueRef::Null,
            Self::Int(number) => ValueRef::Integer(*number),
            Self::Text(text) => ValueRef::Text(text.as_bytes()),
            Self::Blob(bytes) => ValueRef::Blob(bytes),
            Self::Uuid(id) => ValueRef::Blob(id.as_bytes()),
        };
        Ok(rusqlite::types::ToSqlOutput::Borrowed(value))
    }
}

fn from_sqlite(value: ValueRef<'_>, column: usize, columns: &Columns) -> Result<Value, StoreError> {
    Ok(match value {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(number) => Value::Int(number),
        ValueRef::Text(text) => match std::str::from_utf8(text) {
            Ok(text) => Value::Text(text.to_owned()),
            Err(_) => return Err(columns.unexpected(column, "text that is not UTF-8", "text").into()),
        },
        ValueRef::Blob(bytes) => Value::Blob(bytes.to_vec()),
        ValueRef::Real(_) => return Err(columns.unexpected(column, "a fraction", "a whole number").into()),
    })
}

fn closed() -> StoreError {
    StoreError::Unavailable(Cause::new("the store was closed"))
}
