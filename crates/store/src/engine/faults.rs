//! A database with faults, for simulations and tests: what becomes of each call is decided outside.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use super::error::{ApplyError, StoreError};
use super::row::Row;
use super::statement::{Sql, Statement};
use super::value::Value;
use super::{Engine, Snapshot};

/// A call of the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Call {
    /// The name of its first statement.
    pub statement: &'static str,
    /// Whether it commits something.
    pub writes: bool,
}

/// The outcome of a decision, as soon as there is one.
pub type Decision<'a> = Pin<Box<dyn Future<Output = Result<(), StoreError>> + Send + 'a>>;

/// Decides the fate of each call of a database. A decision takes as long as the call should take. It never comes if the process dies.
pub trait Faults: std::fmt::Debug + Send + Sync {
    /// Before a call is carried out. An error is its answer, and nothing is done.
    fn before(&self, call: Call) -> Decision<'_>;

    /// After a call was carried out. An error replaces its answer.
    fn after(&self, call: Call) -> Decision<'_>;
}

/// A database whose calls have faults.
#[derive(Debug, Clone)]
pub(crate) struct Faulty {
    pub(super) engine: Engine,
    pub(super) faults: Arc<dyn Faults>,
}

impl Faulty {
    pub(super) async fn query(&self, sql: Sql, values: Vec<Value>) -> Result<Vec<Row>, StoreError> {
        let call = Call { statement: sql.name, writes: false };
        self.faults.before(call).await?;
        let rows = Box::pin(self.engine.query(sql, values)).await;
        self.faults.after(call).await?;
        rows
    }

    pub(super) async fn returning(&self, sql: Sql, values: Vec<Value>) -> Result<Vec<Row>, StoreError> {
        let call = Call { statement: sql.name, writes: true };
        self.faults.before(call).await?;
        let rows = Box::pin(self.engine.returning(sql, values)).await;
        self.faults.after(call).await?;
        rows
    }

    pub(super) async fn batch(&self, statements: Vec<Statement>) -> Result<(), ApplyError> {
        let call = Call { statement: statements.first().map_or("", |first| first.sql.name), writes: true };
        self.faults.before(call).await?;
        let outcome = Box::pin(self.engine.batch(statements)).await;
        self.faults.after(call).await?;
        outcome
    }

    pub(super) async fn snapshot(&self) -> Result<Snapshot, StoreError> {
        let snapshot = Box::pin(self.engine.snapshot()).await?;
        Ok(Snapshot::Faulty(Box::new(FaultySnapshot { snapshot, faults: self.faults.clone() })))
    }
}

/// A snapshot whose calls have faults.
#[derive(Debug)]
pub(crate) struct FaultySnapshot {
    snapshot: Snapshot,
    faults: Arc<dyn Faults>,
}

impl FaultySnapshot {
    pub(super) async fn query(&self, sql: Sql, values: Vec<Value>) -> Result<Vec<Row>, StoreError> {
        let call = Call { statement: sql.name, writes: false };
        self.faults.before(call).await?;
        let rows = Box::pin(self.snapshot.query(sql, values)).await;
        self.faults.after(call).await?;
        rows
    }
}
