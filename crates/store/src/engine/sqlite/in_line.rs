//! SQLite without threads, for simulations: each statement runs in the task that asks for it. So no thread works while a paused clock
//! jumps ahead, and the order of everything follows from the order of the tasks.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rusqlite::Connection;
use tokio::sync::oneshot;

use super::writer::{Work, commit_group};
use super::{classify, closed, connect, query};
use crate::engine::error::{ApplyError, StoreError};
use crate::engine::migrate::{self, Migration};
use crate::engine::row::Row;
use crate::engine::statement::{Sql, Statement};
use crate::engine::value::Value;

/// An open SQLite database.
#[derive(Debug, Clone)]
pub(crate) struct InLine {
    path: PathBuf,
    connection: Arc<Mutex<Connection>>,
    /// Connections of snapshots that have ended.
    idle: Arc<Mutex<Vec<Connection>>>,
}

impl InLine {
    pub(crate) fn open(path: &Path, schema: &[Migration]) -> Result<Self, StoreError> {
        let mut connection = connect(path)?;
        if migrate::is_pending(&connection, schema)? {
            migrate::sqlite(&mut connection, schema)?;
        }
        let connection = Arc::new(Mutex::new(connection));
        Ok(Self { path: path.to_owned(), connection, idle: Arc::default() })
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    pub(crate) fn query(&self, sql: Sql, values: &[Value]) -> Result<Vec<Row>, StoreError> {
        query(&locked(&self.connection), sql, values)
    }

    pub(crate) fn batch(&self, statements: Vec<Statement>) -> Result<(), ApplyError> {
        self.work(Work::Batch(statements)).map(drop)
    }

    pub(crate) fn returning(&self, sql: Sql, values: Vec<Value>) -> Result<Vec<Row>, StoreError> {
        match self.work(Work::Returning(sql, values)) {
            Ok(rows) => Ok(rows),
            Err(ApplyError::Store(error)) => Err(error),
            Err(ApplyError::Conflict(_)) => unreachable!("nothing is expected of it"),
        }
    }

    fn work(&self, work: Work) -> Result<Vec<Row>, ApplyError> {
        let (reply, mut answer) = oneshot::channel();
        commit_group(&locked(&self.connection), vec![(work, reply)]);
        answer.try_recv().map_err(|_| closed())?
    }

    /// Begins a snapshot. Its moment is its first read.
    pub(crate) fn snapshot(&self) -> Result<Snapshot, StoreError> {
        let idle = locked(&self.idle).pop();
        let connection = idle.map_or_else(|| connect(&self.path), Ok)?;
        connection.execute_batch("BEGIN").map_err(classify)?;
        Ok(Snapshot { connection: Mutex::new(Some(connection)), of: self.clone() })
    }
}

/// A read-only transaction on a connection of its own.
#[derive(Debug)]
pub(crate) struct Snapshot {
    /// None: it ends.
    connection: Mutex<Option<Connection>>,
    of: InLine,
}

impl Snapshot {
    pub(crate) fn query(&self, sql: Sql, values: &[Value]) -> Result<Vec<Row>, StoreError> {
        locked(&self.connection).as_ref().map_or_else(|| Err(closed()), |it| query(it, sql, values))
    }
}

impl Drop for Snapshot {
    fn drop(&mut self) {
        let Some(connection) = locked(&self.connection).take() else { return };
        if connection.execute_batch("ROLLBACK").is_ok() {
            locked(&self.of.idle).push(connection);
        }
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
