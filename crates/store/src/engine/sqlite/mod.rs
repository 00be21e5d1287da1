//! SQLite: one writer thread, and a few reader threads.

mod classify;
#[cfg(test)]
mod faults;
mod files;
#[cfg(feature = "simulation")]
mod in_line;
mod lock;
mod log;
mod restore;
mod snapshot;
mod writer;

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use crossbeam_channel::{Receiver, Sender};
use rusqlite::config::DbConfig;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, OpenFlags, ToSql, params_from_iter};
use tokio::sync::{mpsc, oneshot};
use tokio::time::{sleep, timeout};

pub(super) use self::classify::classify;
pub(crate) use self::files::beside;
pub(super) use self::files::{create_private, refused};
#[cfg(feature = "simulation")]
pub(crate) use self::in_line::{InLine, Snapshot as InLineSnapshot};
pub(super) use self::lock::{Lock, Purpose};
use self::log::Log;
pub(crate) use self::log::readers;
pub use self::restore::{RestoreError, Restoring};
pub(crate) use self::snapshot::Snapshot;
use self::writer::{Work, Write};
use super::error::{ApplyError, Cause, StoreError};
use super::load::Load;
use super::migrate::{self, Migration};
use super::row::{Columns, Row};
use super::statement::{Sql, Statement};
use super::value::Value;

const READERS: usize = 3;
/// Number of snapshots served at once. Further ones wait.
const SNAPSHOTS: usize = 3;
/// Time that a connection waits for another process's lock.
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);
/// Time that closing waits for running reads.
const READING: Duration = Duration::from_secs(5);
const GLANCE: Duration = Duration::from_millis(2);

type Reply<T> = oneshot::Sender<T>;

struct Read(Sql, Vec<Value>, Reply<Result<Vec<Row>, StoreError>>);

/// An open SQLite database.
#[derive(Debug, Clone)]
pub(crate) struct Sqlite {
    path: PathBuf,
    writes: mpsc::Sender<Write>,
    // `None` ends a thread.
    reads: Sender<Option<Read>>,
    snapshots: Sender<Option<snapshot::Requests>>,
    readers: Arc<Mutex<Vec<JoinHandle<()>>>>,
    lock: Arc<Mutex<Option<Lock>>>,
}

impl Sqlite {
    /// Opens or creates the file, even while another process serves it. If none does, brings its schema up to date.
    pub(crate) fn open(path: &Path, schema: &[Migration]) -> Result<Self, StoreError> {
        let path = files::make_private(path)?;
        let mut opening = Lock::while_opening(&path)?;
        let mut writer = connect(&path)?;
        if migrate::is_pending(&writer, schema)? {
            drop(opening.take());
            opening = Lock::exclusive_if_known(&path, Purpose::Migrate)?;
            migrate::sqlite(&mut writer, schema)?;
        }
        let opened = Self::start(path, writer, None);
        drop(opening);
        opened
    }

    /// Opens or creates the file, locks it for this process until it is closed, and brings its schema up to date.
    pub(crate) fn open_to_serve(path: &Path, schema: &[Migration]) -> Result<Self, StoreError> {
        let path = files::make_private(path)?;
        let lock = Lock::exclusive(&path, Purpose::Serve)?;
        let mut writer = connect(&path)?;
        migrate::sqlite(&mut writer, schema)?;
        Self::start(path, writer, Some(lock))
    }

    fn start(path: PathBuf, writer: Connection, lock: Option<Lock>) -> Result<Self, StoreError> {
        let (writes, queue) = mpsc::channel(4096);
        let log = Log::of(&path, log::LARGE);
        spawn("store-writer", move || writer::run(writer, log, queue))?;
        let mut readers = Vec::new();
        let (reads, requests) = crossbeam_channel::unbounded();
        for _ in 0..READERS {
            let reader = connect(&path)?;
            let requests: Receiver<Option<Read>> = requests.clone();
            readers.push(spawn("store-reader", move || {
                while let Ok(Some(Read(sql, values, reply))) = requests.recv() {
                    // The caller may have been cancelled. Then the answer is dropped.
                    let _ = reply.send(query(&reader, sql, &values));
                }
            })?);
        }
        let (snapshots, asked) = crossbeam_channel::unbounded();
        for _ in 0..SNAPSHOTS {
            let reader = connect(&path)?;
            reader.pragma_update(None, "query_only", true).map_err(classify)?;
            let asked: Receiver<Option<snapshot::Requests>> = asked.clone();
            readers.push(spawn("store-snapshot", move || snapshot::serve(&reader, asked))?);
        }
        let (readers, lock) = (Arc::new(Mutex::new(readers)), Arc::new(Mutex::new(lock)));
        Ok(Self { path, writes, reads, snapshots, readers, lock })
    }

    /// Closes every connection after the requests made before. The last connection to a database checkpoints its log
    /// and removes it, so that the file alone is the whole database.
    pub(crate) async fn close(&self) {
        for _ in 0..READERS {
            let _ = self.reads.send(None);
        }
        for _ in 0..SNAPSHOTS {
            let _ = self.snapshots.send(None);
        }
        let readers = std::mem::take(&mut *self.readers.lock().unwrap_or_else(PoisonError::into_inner));
        let ended = async {
            while !readers.iter().all(JoinHandle::is_finished) {
                sleep(GLANCE).await;
            }
        };
        if timeout(READING, ended).await.is_err() {
            tracing::warn!("the database is closed although something is still being read");
        }
        let (reply, closed) = oneshot::channel();
        if self.writes.send(Write::Close(reply)).await.is_ok() {
            let _ = closed.await;
        }
        drop(self.lock.lock().unwrap_or_else(PoisonError::into_inner).take());
    }

    pub(crate) fn load(&self) -> Load {
        let writes = self.writes.max_capacity() - self.writes.capacity();
        let waiting = vec![("writer", writes), ("reader", self.reads.len()), ("snapshot", self.snapshots.len())];
        Load { waiting, connections: None }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    pub(crate) async fn query(&self, sql: Sql, values: Vec<Value>) -> Result<Vec<Row>, StoreError> {
        let (reply, answer) = oneshot::channel();
        self.reads.send(Some(Read(sql, values, reply))).map_err(|_| closed())?;
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

    pub(crate) async fn fold_log(&self) {
        let (reply, answer) = oneshot::channel();
        if self.writes.send(Write::FoldLog(reply)).await.is_ok() {
            let _ = answer.await;
        }
    }

    pub(crate) async fn backup(&self, to: PathBuf) -> Result<(), StoreError> {
        let (reply, answer) = oneshot::channel();
        self.writes.send(Write::Backup(to, reply)).await.map_err(|_| closed())?;
        answer.await.map_err(|_| closed())?
    }
}

fn spawn(name: &str, work: impl FnOnce() + Send + 'static) -> Result<JoinHandle<()>, StoreError> {
    let spawned = thread::Builder::new().name(name.to_owned()).spawn(work);
    spawned.map_err(|error| StoreError::Unavailable(Cause::of(error)))
}

pub(super) fn connect(path: &Path) -> Result<Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags).map_err(classify)?;
    // Set the timeout first: switching to WAL may have to wait for another connection that is doing the same.
    connection.busy_timeout(BUSY_TIMEOUT).map_err(classify)?;
    // Deleted content is overwritten, so that nothing of an erased person is left in free pages (H10).
    connection
        .execute_batch(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;
             PRAGMA secure_delete = ON; PRAGMA cache_size = -8000; PRAGMA temp_store = MEMORY; PRAGMA wal_autocheckpoint = 4000;",
        )
        .map_err(classify)?;
    // Without this setting, the plan of `column = ?` depends on the value, and a cached statement is prepared again at
    // every use: returning it to the cache clears its values, which counts as a change.
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

/// In SQLite `$1` is a named parameter and `?1` a numbered one. In PostgreSQL `$1` is numbered.
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

pub(super) fn from_sqlite(value: ValueRef<'_>, column: usize, columns: &Columns) -> Result<Value, StoreError> {
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
