//! A worker: this process as an owner of jobs. It owns them while it writes its heartbeat.

use std::time::Duration;

use tessera_core::kernel::ids::WorkerId;
use tessera_core::kernel::job::watch::{BEAT_EVERY, LOOK_EVERY, LOST_AFTER, Watch};
use tessera_store::technical::Predecessors;
use tessera_store::{ApplyError, DatabaseKind, Worker};

use crate::Hub;
use crate::outage_log::WRITE_THE_HEARTBEAT;

/// Identity of a process that runs jobs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkerIdentity {
    /// Name that stays the same after a restart, and differs from that of every other process on the same database.
    pub name: String,
    /// The current process, as shown to people: `pid 4711`.
    pub process: String,
}

impl Hub {
    /// Registers this process as a worker. At its start it takes over the jobs of its predecessor. An SQLite file has
    /// one process.
    pub(super) async fn begin_work(&self, identity: &WorkerIdentity, at_start: bool) -> Result<WorkerId, ApplyError> {
        let predecessors = match (at_start, self.reads().kind()) {
            (false, _) => Predecessors::None,
            (true, DatabaseKind::Sqlite) => Predecessors::All,
            (true, DatabaseKind::Postgres) => Predecessors::SameName,
        };
        let now = self.env.now();
        let worker = Worker {
            id: self.env.uuid().into(),
            name: identity.name.clone(),
            process: identity.process.clone(),
            beat: 0,
            started_at: now,
        };
        self.technical().add_worker(&worker, predecessors, now).await?;
        Ok(worker.id)
    }

    /// Writes the worker's heartbeat. Returns when it could not be written for too long, or when another worker
    /// declared this one dead. `written` is the time of the registration.
    pub(super) async fn beat_until_lost(&self, worker: WorkerId, mut written: Duration) {
        let mut began = written;
        loop {
            self.env.until(began + BEAT_EVERY).await;
            began = self.env.elapsed();
            let lost_at = written + LOST_AFTER;
            match self.env.timeout(lost_at.saturating_sub(began), self.technical().beat(worker)).await {
                Some(Ok(())) => {
                    self.log_success(WRITE_THE_HEARTBEAT);
                    written = began;
                }
                Some(Err(ApplyError::Conflict(_))) => return,
                Some(Err(ApplyError::Store(error))) => self.log_failure(WRITE_THE_HEARTBEAT, &error.into()),
                None => {}
            }
            if self.env.elapsed() >= lost_at {
                return;
            }
        }
    }

    /// Watches the heartbeats of the other workers, and takes back the jobs of dead ones.
    pub(super) async fn watch_others(&self) {
        let mut watch = Watch::default();
        loop {
            let began = self.env.elapsed();
            self.log_outcome("watch the other workers", self.look_at_others(&mut watch).await);
            self.env.until(began + LOOK_EVERY).await;
        }
    }

    async fn look_at_others(&self, watch: &mut Watch) -> Result<(), ApplyError> {
        let began = self.env.elapsed();
        let workers = self.reads().workers().await?;
        let beats: Vec<_> = workers.iter().map(|worker| (worker.id, worker.beat)).collect();
        let dead = watch.look(began, self.env.elapsed(), &beats);
        for worker in workers.iter().filter(|worker| dead.iter().any(|(id, _)| *id == worker.id)) {
            tracing::warn!(name = worker.name, process = worker.process, "a worker died; its jobs are taken over");
        }
        if dead.is_empty() { Ok(()) } else { self.technical().bury_workers(&dead, self.env.now()).await }
    }
}
