//! Writes that are no plan: they have no meaning beyond the moment, nothing is decided by them for long, and nobody looks for them on a
//! timeline. Everything else is a plan ([`crate::Store::apply`]).

mod jobs;
mod progress;
mod retention;
mod seats;
mod sessions;
mod sign_ins;
mod sweeps;

use crate::engine::{Row, Sql, Statement, Value};

use crate::{ApplyError, Store, StoreError};

/// The technical writes of a store.
#[derive(Debug, Clone, Copy)]
pub struct Technical<'a>(pub(crate) &'a Store);

impl Technical<'_> {
    async fn batch(&self, statements: Vec<Statement>) -> Result<(), ApplyError> {
        self.0.batch(statements).await
    }

    async fn write(&self, statement: Statement) -> Result<(), ApplyError> {
        self.0.batch(vec![statement]).await
    }

    async fn returning(&self, sql: Sql, values: Vec<Value>) -> Result<Vec<Row>, StoreError> {
        self.0.returning(sql, values).await
    }
}
