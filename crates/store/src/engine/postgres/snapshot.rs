//! Snapshots of PostgreSQL: a read-only transaction at isolation level REPEATABLE READ, on a connection of a separate
//! pool. So a caller that holds a snapshot and also reads or writes never waits for other callers that do the same.

use deadpool_postgres::{Object, Pool};
use tokio::runtime::Handle;

use super::{Failed, lost_again, no_connection, rows};
use crate::engine::error::StoreError;
use crate::engine::row::Row;
use crate::engine::statement::Sql;
use crate::engine::value::Value;

/// A snapshot: a read-only transaction.
pub(crate) struct Snapshot {
    client: Option<Object>,
}

impl std::fmt::Debug for Snapshot {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Snapshot").finish_non_exhaustive()
    }
}

impl Snapshot {
    /// Begins a snapshot. A lost connection is replaced.
    pub(super) async fn begin(pool: &Pool, attempts: usize) -> Result<Self, StoreError> {
        let mut last = None;
        for _ in 0..attempts {
            let client = pool.get().await.map_err(no_connection)?;
            match client.batch_execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await {
                Ok(()) => return Ok(Self { client: Some(client) }),
                Err(error) => match Failed::<StoreError>::from(error) {
                    Failed::Transient(error) => last = Some(error),
                    Failed::For(error) => return Err(error),
                },
            }
        }
        Err(lost_again(last))
    }

    pub(crate) async fn query(&self, sql: Sql, values: &[Value]) -> Result<Vec<Row>, StoreError> {
        let client = self.client.as_ref().ok_or_else(|| lost_again(None))?;
        rows(client, sql, values, Failed::from).await.map_err(|failed| match failed {
            // The transaction ended with its connection, so this moment can no longer be read.
            Failed::Transient(error) => lost_again(Some(error)),
            Failed::For(error) => error,
        })
    }
}

impl Drop for Snapshot {
    fn drop(&mut self) {
        let Some(client) = self.client.take() else { return };
        match Handle::try_current() {
            Ok(runtime) => {
                runtime.spawn(async move {
                    if client.batch_execute("ROLLBACK").await.is_err() {
                        drop(Object::take(client));
                    }
                });
            }
            // Closing the connection ends its transaction.
            Err(_) => drop(Object::take(client)),
        }
    }
}
