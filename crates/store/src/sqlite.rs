//! SQLite: one thread that writes, a few that read.
//!
//! The writer takes every batch that is waiting into one transaction, a savepoint each, and answers when that transaction is durable
//! (`synchronous=FULL`). So the disk is asked to sync once for many plans, and nobody hears "yes" before it has.

use std::path::Path;
use std::thread;

use crossbeam_channel::{Receiver, Sender};
use rusqlite::config::DbConfig;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, ErrorCode, OpenFlags, ToSql, params_from_iter};
use tokio::sync::{mpsc, oneshot};

use crate::error::{ApplyError, StoreError};
use crate::statement::{Expect, Statement};
use crate::value::{Row, Value};

/// How many batches share one transaction at most: beyond this the sync is no longer what costs.
const GROUP: usize = 256;
const READERS: usize = 3;

type Reply<T> = oneshot::Sender<T>;

enum Write {
    Batch(Vec<Statement>, Reply<Result<(), ApplyError>>),
    Returning(&'static str, Vec<Value>, Reply<Result<Vec<Row>, StoreError>>),
    Backup(std::path::PathBuf, Reply<Result<(), StoreError>>),
}

struct Read(&'static str, Vec<Value>, Reply<Result<Vec<Row>, StoreError>>);

/// An open SQLite database.
#[derive(Debug, Clone)]
pub struct Sqlite {
    path: std::path::PathBuf,
    writes: mpsc::Sender<Write>,
    reads: Sender<Read>,
}

impl Sqlite {
    /// Opens or creates the file and brings its schema up to date.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        let mut writer = connect(path)?;
        crate::migrate::sqlite(&mut writer)?;
        let (writes, queue) = mpsc::channel(4096);
        spawn("store-writer", move || write_loop(&mut writer, queue))?;
        let (reads, requests) = crossbeam_channel::unbounded();
        for _ in 0..READERS {
            let reader = connect(path)?;
            let requests: Receiver<Read> = requests.clone();
            spawn("store-reader", move || {
                for Read(sql, values, reply) in requests {
                    // Whoever asked may have gone away; then nobody needs the answer.
                    let _ = reply.send(query(&reader, sql, &values).map_err(unavailable));
                }
            })?;
        }
        Ok(Self { path: path.to_owned(), writes, reads })
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    pub(crate) async fn query(&self, sql: &'static str, values: Vec<Value>) -> Result<Vec<Row>, StoreError> {
        let (reply, answer) = oneshot::channel();
        self.reads.send(Read(sql, values, reply)).map_err(|_| stopped())?;
        answer.await.map_err(|_| stopped())?
    }

    pub(crate) async fn batch(&self, statements: Vec<Statement>) -> Result<(), ApplyError> {
        let (reply, answer) = oneshot::channel();
        self.writes.send(Write::Batch(statements, reply)).await.map_err(|_| stopped())?;
        answer.await.map_err(|_| stopped())?
    }

    pub(crate) async fn returning(&self, sql: &'static str, values: Vec<Value>) -> Result<Vec<Row>, StoreError> {
        let (reply, answer) = oneshot::channel();
        self.writes.send(Write::Returning(sql, values, reply)).await.map_err(|_| stopped())?;
        answer.await.map_err(|_| stopped())?
    }

    pub(crate) async fn backup(&self, to: std::path::PathBuf) -> Result<(), StoreError> {
        let (reply, answer) = oneshot::channel();
        self.writes.send(Write::Backup(to, reply)).await.map_err(|_| stopped())?;
        answer.await.map_err(|_| stopped())?
    }
}

fn spawn(name: &str, work: impl FnOnce() + Send + 'static) -> Result<(), StoreError> {
    thread::Builder::new().name(name.to_owned()).spawn(work).map(drop).map_err(unavailable)
}

fn connect(path: &Path) -> Result<Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags).map_err(unavailable)?;
    // The timeout goes first: switching to WAL may have to wait for another connection that is doing the same.
    connection
        .execute_batch(
            "PRAGMA busy_timeout = 10000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;
             PRAGMA cache_size = -8000; PRAGMA temp_store = MEMORY; PRAGMA wal_autocheckpoint = 4000;",
        )
        .map_err(unavailable)?;
    // Without this, `column = ?` has a plan that depends on the value, and a cached statement is prepared anew at every use: its values
    // are cleared when it goes back to the cache, which counts as a change of them.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true).map_err(unavailable)?;
    crate::timeline::teach_chain_hash(&connection).map_err(unavailable)?;
    connection.set_prepared_statement_cache_capacity(256);
    Ok(connection)
}

fn write_loop(connection: &mut Connection, mut queue: mpsc::Receiver<Write>) {
    while let Some(first) = queue.blocking_recv() {
        let mut group = Vec::new();
        let mut next = Some(first);
        while let Some(write) = next.take() {
            match write {
                Write::Batch(statements, reply) => {
                    group.push((statements, reply));
                    if group.len() < GROUP {
                        next = queue.try_recv().ok();
                    }
                }
                Write::Returning(sql, values, reply) => {
                    commit_group(connection, std::mem::take(&mut group));
                    let _ = reply.send(query(connection, sql, &values).map_err(unavailable));
                }
                Write::Backup(to, reply) => {
                    commit_group(connection, std::mem::take(&mut group));
                    let copied = connection.execute("VACUUM INTO ?1", [to.to_string_lossy()]);
                    let _ = reply.send(copied.map(drop).map_err(unavailable));
                }
            }
        }
        commit_group(connection, group);
    }
}

type Waiting = (Vec<Statement>, Reply<Result<(), ApplyError>>);

fn commit_group(connection: &Connection, group: Vec<Waiting>) {
    if group.is_empty() {
        return;
    }
    if let Err(error) = connection.execute_batch("BEGIN IMMEDIATE") {
        return fail_all(group, &error);
    }
    let outcomes: Vec<_> = group.iter().map(|(statements, _)| in_savepoint(connection, statements)).collect();
    if let Err(error) = connection.execute_batch("COMMIT") {
        let _ = connection.execute_batch("ROLLBACK");
        return fail_all(group, &error);
    }
    for ((_, reply), outcome) in group.into_iter().zip(outcomes) {
        let _ = reply.send(outcome);
    }
}

fn fail_all(group: Vec<Waiting>, error: &rusqlite::Error) {
    for (_, reply) in group {
        let _ = reply.send(Err(unavailable(error).into()));
    }
}

fn in_savepoint(connection: &Connection, statements: &[Statement]) -> Result<(), ApplyError> {
    connection.execute_batch("SAVEPOINT batch").map_err(unavailable)?;
    let outcome = statements.iter().try_for_each(|statement| run(connection, statement));
    let end = if outcome.is_ok() { "RELEASE batch" } else { "ROLLBACK TO batch; RELEASE batch" };
    connection.execute_batch(end).map_err(unavailable)?;
    outcome
}

fn run(connection: &Connection, statement: &Statement) -> Result<(), ApplyError> {
    let mut prepared = connection.prepare_cached(&numbered(statement.sql)).map_err(unavailable)?;
    match (prepared.execute(params_from_iter(&statement.values)), statement.expect) {
        (Ok(_), Expect::Any) | (Ok(1), Expect::One(_)) => Ok(()),
        (Ok(_), Expect::One(conflict)) => Err(conflict.into()),
        (Err(error), Expect::One(conflict)) if error.sqlite_error_code() == Some(ErrorCode::ConstraintViolation) => {
            tracing::debug!(%error, "a row stands in the way");
            Err(conflict.into())
        }
        (Err(error), _) => Err(unavailable(error).into()),
    }
}

fn query(connection: &Connection, sql: &str, values: &[Value]) -> rusqlite::Result<Vec<Row>> {
    let mut prepared = connection.prepare_cached(&numbered(sql))?;
    let columns = prepared.column_count();
    let mut rows = prepared.query(params_from_iter(values))?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let values = (0..columns).map(|column| row.get_ref(column).and_then(from_sqlite)).collect::<Result<_, _>>()?;
        found.push(Row::new(values));
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

fn from_sqlite(value: ValueRef<'_>) -> rusqlite::Result<Value> {
    Ok(match value {
        ValueRef::Integer(number) => Value::Int(number),
        ValueRef::Text(text) => Value::Text(std::str::from_utf8(text)?.to_owned()),
        ValueRef::Blob(bytes) => Value::Blob(bytes.to_vec()),
        // No column is a fraction.
        ValueRef::Null | ValueRef::Real(_) => Value::Null,
    })
}

fn unavailable(error: impl std::fmt::Display) -> StoreError {
    StoreError::Unavailable(error.to_string())
}

fn stopped() -> StoreError {
    StoreError::Unavailable("the store was closed".to_owned())
}
