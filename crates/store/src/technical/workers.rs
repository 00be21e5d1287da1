//! Workers: the processes that run jobs, and their beats.

use jiff::Timestamp;
use tessera_core::kernel::ids::WorkerId;

use super::Technical;
use crate::engine::Statement;
use crate::kernel::jobs::{Worker, claims};
use crate::{ApplyError, Conflict, values};

/// Whose jobs a worker takes over when it starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Predecessors {
    /// Nobody's.
    None,
    /// Those of workers with the same name: the process was restarted.
    SameName,
    /// Those of all others: the database is this process's alone.
    All,
}

impl Technical<'_> {
    /// Adds a worker, which takes over the jobs of its predecessors.
    pub async fn add_worker(
        &self,
        worker: &Worker,
        predecessors: Predecessors,
        now: Timestamp,
    ) -> Result<(), ApplyError> {
        let Worker { id, name, process, .. } = worker;
        let mut statements =
            vec![Statement::one(claims::WORKER_ADD, values![*id, name, process, now], Conflict::Exists)];
        match predecessors {
            Predecessors::None => {}
            Predecessors::SameName => statements.push(Statement::any(claims::WORKERS_REPLACE, values![name, *id])),
            Predecessors::All => statements.push(Statement::any(claims::WORKERS_REPLACE_ALL, values![*id])),
        }
        statements.push(Statement::any(claims::ORPHANS_TAKE_BACK, values![now]));
        self.batch(statements).await
    }

    /// Counts a worker's beat up. A conflict: it was taken for dead, and its jobs are others' by now.
    pub async fn beat(&self, worker: WorkerId) -> Result<(), ApplyError> {
        self.write(Statement::one(claims::WORKER_BEAT, values![worker], Conflict::Job)).await
    }

    /// Removes a worker that stopped; its jobs wait again.
    pub async fn retire_worker(&self, worker: WorkerId, now: Timestamp) -> Result<(), ApplyError> {
        self.batch(vec![
            Statement::any(claims::WORKER_RETIRE, values![worker]),
            Statement::any(claims::ORPHANS_TAKE_BACK, values![now]),
        ])
        .await
    }

    /// Removes workers whose beats stood still at these numbers. The jobs of all workers that are gone wait again.
    pub async fn bury_workers(&self, dead: &[(WorkerId, i64)], now: Timestamp) -> Result<(), ApplyError> {
        let bury = |(worker, beat): &(WorkerId, i64)| Statement::any(claims::WORKER_BURY, values![*worker, *beat]);
        let mut statements: Vec<_> = dead.iter().map(bury).collect();
        statements.push(Statement::any(claims::ORPHANS_TAKE_BACK, values![now]));
        self.batch(statements).await
    }
}
