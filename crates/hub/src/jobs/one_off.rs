//! Runs jobs in the caller's task, one after the other: for tests and one-off commands.

use std::sync::Arc;

use tessera_core::kernel::ids::WorkerId;
use tessera_core::kernel::job::{Leased, Load, Places};
use tessera_store::ApplyError;
use tokio::sync::Mutex;

use super::WorkerIdentity;
use crate::ports::OnlyAMoment;
use crate::{Hub, HubError};

/// Maximum number of jobs per claim.
const AT_ONCE: usize = 16;

/// The worker that owns these jobs. It has no heartbeat.
#[derive(Debug, Default)]
pub(crate) struct OneOff(Mutex<Option<WorkerId>>);

impl Hub {
    /// Runs due jobs, one after the other, until none is left. Returns their number.
    pub async fn run_pending(&self) -> usize {
        let mut done = 0;
        loop {
            match self.run_claimed().await {
                0 => return done,
                ran => done += ran,
            }
        }
    }

    /// Claims the jobs that are due now and runs them, one after the other. Jobs that become due meanwhile need another
    /// claim.
    pub async fn run_claimed(&self) -> usize {
        let jobs = self.log_outcome("claim jobs", self.claim_one_off().await).unwrap_or_default();
        for job in &jobs {
            let ended = self.perform(job, Arc::new(OnlyAMoment)).await;
            self.log_outcome("record how jobs ended", self.write_down(job, &ended).await);
        }
        jobs.len()
    }

    async fn claim_one_off(&self) -> Result<Vec<Leased>, HubError> {
        let places = Places::unreserved(AT_ONCE);
        let load = Load::default();
        let due = self.reads().due_jobs(self.env.now(), &places.room(&load)).await?;
        let chosen = places.choose(&load, &due);
        if chosen.is_empty() {
            return Ok(Vec::new());
        }
        let claimed = self.technical().claim_jobs(self.one_off_worker(false).await?, &chosen).await?;
        if !claimed.is_empty() {
            return Ok(claimed);
        }
        // Other workers claimed all of them, or declared this worker dead.
        Ok(self.technical().claim_jobs(self.one_off_worker(true).await?, &chosen).await?)
    }

    async fn one_off_worker(&self, anew: bool) -> Result<WorkerId, ApplyError> {
        let mut worker = self.one_off().0.lock().await;
        match *worker {
            Some(id) if !anew => Ok(id),
            _ => {
                let identity = WorkerIdentity { name: "one-off".to_owned(), process: String::new() };
                let id = self.begin_work(&identity, false).await?;
                *worker = Some(id);
                Ok(id)
            }
        }
    }
}
