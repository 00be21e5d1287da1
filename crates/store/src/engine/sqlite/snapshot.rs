//! Snapshots of SQLite: a thread serves one at a time, and keeps its transaction open until the snapshot is dropped.

use crossbeam_channel::{Receiver, Sender};
use rusqlite::Connection;
use tokio::sync::oneshot;

use super::{Read, classify, closed, query};
use crate::engine::error::StoreError;
use crate::engine::row::Row;
use crate::engine::statement::Sql;
use crate::engine::value::Value;

/// The queries of one snapshot, in order.
pub(super) type Requests = Receiver<Read>;

/// A snapshot: a read-only transaction.
#[derive(Debug)]
pub(crate) struct Snapshot {
    reads: Sender<Read>,
}

impl Snapshot {
    /// Requests a snapshot. Its moment is its first read, or later if all threads are busy.
    pub(super) fn ask(threads: &Sender<Option<Requests>>) -> Result<Self, StoreError> {
        let (reads, requests) = crossbeam_channel::unbounded();
        threads.send(Some(requests)).map_err(|_| closed())?;
        Ok(Self { reads })
    }

    pub(crate) async fn query(&self, sql: Sql, values: Vec<Value>) -> Result<Vec<Row>, StoreError> {
        let (reply, answer) = oneshot::channel();
        self.reads.send(Read(sql, values, reply)).map_err(|_| closed())?;
        answer.await.map_err(|_| closed())?
    }
}

/// Serves snapshots, one after the other.
pub(super) fn serve(connection: &Connection, snapshots: Receiver<Option<Requests>>) {
    while let Ok(Some(requests)) = snapshots.recv() {
        let began = connection.execute_batch("BEGIN").map_err(classify);
        for Read(sql, values, reply) in requests {
            let rows = began.clone().and_then(|()| query(connection, sql, &values));
            // The caller may have been cancelled. Then the answer is dropped.
            let _ = reply.send(rows);
        }
        // Nothing was written, so nothing can be lost. If the transaction could not begin, there is none to end.
        let _ = connection.execute_batch("ROLLBACK");
    }
}
