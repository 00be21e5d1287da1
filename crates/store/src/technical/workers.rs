//! Workers: the processes that run jobs, and their heartbeats.

use jiff::Timestamp;
use tessera_core::kernel::ids::WorkerId;

use super::Technical;
use super::jobs::MAX_TRIES;
use crate::engine::Statement;
use crate::kernel::jobs::{Worker, claims};
use crate::{ApplyError, Conflict, StoreError, values};

/// The workers whose jobs a new worker takes over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Predecessors {
    /// None.
    None,
    /// Workers with the same name: the process was restarted.
    SameName,
    /// All others: this process has the database to itself.
    All,
}

impl Technical<'_> {
    /// Registers a worker, which takes over the jobs of its predecessors.
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
        self.take_back(statements, now).await
    }

    /// Increments a worker's heartbeat. A conflict means that it was declared dead and its jobs belong to others.
    pub async fn beat(&self, worker: WorkerId) -> Result<(), ApplyError> {
        self.write(Statement::one(claims::WORKER_BEAT, values![worker], Conflict::Job)).await
    }

    /// Removes a worker that stopped. Its jobs wait again.
    pub async fn retire_worker(&self, worker: WorkerId, now: Timestamp) -> Result<(), ApplyError> {
        self.take_back(vec![Statement::any(claims::WORKER_RETIRE, values![worker])], now).await
    }

    /// Removes workers whose heartbeat has not changed from these values. The jobs of all removed workers wait again.
    pub async fn bury_workers(&self, dead: &[(WorkerId, i64)], now: Timestamp) -> Result<(), ApplyError> {
        let bury = |(worker, beat): &(WorkerId, i64)| Statement::any(claims::WORKER_BURY, values![*worker, *beat]);
        self.take_back(dead.iter().map(bury).collect(), now).await
    }

    /// Lets the jobs of removed workers wait again. While an equal job begins to wait at the same moment, only the database's rule knows of
    /// it; the next try sees it.
    async fn take_back(&self, mut statements: Vec<Statement>, now: Timestamp) -> Result<(), ApplyError> {
        statements.push(Statement::any(claims::ORPHANS_TAKE_BACK, values![now]));
        for _ in 1..MAX_TRIES {
            match self.batch(statements.clone()).await {
                Err(ApplyError::Store(StoreError::Constraint { .. })) => {}
                written => return written,
            }
        }
        self.batch(statements).await
    }
}
