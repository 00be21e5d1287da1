//! SQLite without threads, for simulations: each statement runs in the task that asks for it. So no thread works while a paused clock
//! jumps ahead, and the order of everything follows from the order of the tasks.

use std::future::Future;
use std::path::{Path, PathBuf};
use std::pin::Pin;
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

/// A call of the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Call {
    /// The name of its first statement.
    pub statement: &'static str,
    /// Whether it commits something.
    pub writes: bool,
}

type Decision<'a> = Pin<Box<dyn Future<Output = Result<(), StoreError>> + Send + 'a>>;

/// Decides what becomes of each call of a database. A decision takes as long as it should seem to take; it never comes if the process dies.
pub trait Faults: std::fmt::Debug + Send + Sync {
    /// Before a call is carried out. An error is its answer, and nothing is done.
    fn before(&self, call: Call) -> Decision<'_>;

    /// After a call was carried out. An error takes the place of its answer.
    fn after(&self, call: Call) -> Decision<'_>;
}

/// An open SQLite database.
#[derive(Debug, Clone)]
pub(crate) struct InLine {
    path: PathBuf,
    connection: Arc<Mutex<Connection>>,
    /// Connections of snapshots that have ended.
    idle: Arc<Mutex<Vec<Connection>>>,
    faults: Arc<dyn Faults>,
}

impl InLine {
    pub(crate) fn open(path: &Path, faults: Arc<dyn Faults>, schema: &[Migration]) -> Result<Self, StoreError> {
        let mut connection = connect(path)?;
        if migrate::is_pending(&connection, schema)? {
            migrate::sqlite(&mut connection, schema)?;
        }
        let connection = Arc::new(Mutex::new(connection));
        Ok(Self { path: path.to_owned(), connection, idle: Arc::default(), faults })
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    pub(crate) async fn query(&self, sql: Sql, values: Vec<Value>) -> Result<Vec<Row>, StoreError> {
        let call = Call { statement: sql.name, writes: false };
        self.faults.before(call).await?;
        let rows = query(&locked(&self.connection), sql, &values);
        self.faults.after(call).await?;
        rows
    }

    pub(crate) async fn batch(&self, statements: Vec<Statement>) -> Result<(), ApplyError> {
        let statement = statements.first().map_or("", |first| first.sql.name);
        self.work(statement, Work::Batch(statements)).await.map(drop)
    }

    pub(crate) async fn returning(&self, sql: Sql, values: Vec<Value>) -> Result<Vec<Row>, StoreError> {
        match self.work(sql.name, Work::Returning(sql, values)).await {
            Ok(rows) => Ok(rows),
            Err(ApplyError::Store(error)) => Err(error),
            Err(ApplyError::Conflict(_)) => unreachable!("nothing is expected of it"),
        }
    }

    async fn work(&self, statement: &'static str, work: Work) -> Result<Vec<Row>, ApplyError> {
        let call = Call { statement, writes: true };
        self.faults.before(call).await?;
        let (reply, mut answer) = oneshot::channel();
        commit_group(&locked(&self.connection), vec![(work, reply)]);
        let outcome = answer.try_recv().map_err(|_| closed())?;
        self.faults.after(call).await?;
        outcome
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
    pub(crate) async fn query(&self, sql: Sql, values: &[Value]) -> Result<Vec<Row>, StoreError> {
        let call = Call { statement: sql.name, writes: false };
        self.of.faults.before(call).await?;
        let rows = locked(&self.connection).as_ref().map_or_else(|| Err(closed()), |it| query(it, sql, values));
        self.of.faults.after(call).await?;
        rows
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
