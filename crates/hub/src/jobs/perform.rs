//! One job from its claim to its end: the time limit, and the recorded outcome.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use futures_util::FutureExt as _;
use jiff::Timestamp;
use tessera_core::kernel::ids::WorkerId;
use tessera_core::kernel::job::{Leased, Load, Places, Room};
use tessera_store::{ApplyError, StoreError};

use super::{JobOutcome, progress, retry, run};
use crate::Hub;
use crate::ports::{Waits, giving_way};

impl Hub {
    /// Claims due jobs, as many as there are free places.
    pub(super) async fn claim(
        &self,
        worker: WorkerId,
        places: &Places,
        load: &Load,
        room: &Room,
    ) -> Result<Vec<Leased>, StoreError> {
        if room.is_empty() {
            return Ok(Vec::new());
        }
        let due = self.reads().due_jobs(self.env.now(), room).await?;
        self.technical().claim_jobs(worker, &places.choose(load, &due)).await
    }

    /// Runs a job. If it makes no progress for too long, or panics, it is dropped and counts as failed.
    pub(super) async fn perform(&self, job: &Leased, waits: Arc<dyn Waits>) -> JobOutcome {
        let limit = run::time_limit(&job.task);
        let work = AssertUnwindSafe(giving_way(waits, run::run(self, job))).catch_unwind();
        match progress::within(self.env.timer(), limit, Box::pin(work)).await {
            Some(Ok(ended)) => ended,
            Some(Err(_)) => JobOutcome::failed("it panicked: this is a fault of the hub itself"),
            None => JobOutcome::failed(format!("took longer than {} s", limit.as_secs())),
        }
    }

    /// Records a job's outcome.
    pub(super) async fn write_down(&self, job: &Leased, ended: &JobOutcome) -> Result<(), ApplyError> {
        let (now, kind) = (self.env.now(), job.task.kind());
        let mut retried = false;
        let written = match ended {
            JobOutcome::Already => Ok(()),
            JobOutcome::Done => self.technical().finish_job(job, now).await,
            JobOutcome::Wait(at, why) => {
                tracing::debug!(job = %job.id, kind, until = %at, why, "job waits");
                self.technical().defer_job(job, now, *at, Some(why)).await
            }
            JobOutcome::Failed { why, retry_at } => {
                let next_try = retry::next_try(job, *retry_at, &self.env);
                retried = next_try.is_some();
                self.write_failure(job, why, next_try).await
            }
            JobOutcome::GivenUp(why) => {
                tracing::error!(job = %job.id, kind, attempt = job.attempt, why, "job is given up");
                self.give_up(job, why, false).await
            }
            // The job keeps its mark as under way.
            JobOutcome::InDoubt(why) => {
                tracing::error!(job = %job.id, kind, attempt = job.attempt, why, "job is in doubt");
                self.give_up(job, why, true).await
            }
        };
        if let Err(ApplyError::Conflict(conflict)) = &written {
            tracing::warn!(job = %job.id, kind, %conflict, "a job ended that is another worker's by now");
            return Ok(());
        }
        if written.is_ok() {
            self.counted().job(kind, ended, retried);
        }
        written
    }

    async fn write_failure(&self, job: &Leased, why: &str, next_try: Option<Timestamp>) -> Result<(), ApplyError> {
        let (now, kind) = (self.env.now(), job.task.kind());
        if let Some(at) = next_try {
            tracing::info!(job = %job.id, kind, attempt = job.attempt, retry_at = %at, why, "job is tried again");
            return self.technical().retry_job(job, now, at, why).await;
        }
        let failures = job.failures + 1;
        tracing::error!(job = %job.id, kind, failures, why, "job failed for too long and is given up");
        self.give_up(job, &format!("failed {failures} times, last because: {why}"), false).await
    }

    async fn give_up(&self, job: &Leased, why: &str, in_doubt: bool) -> Result<(), ApplyError> {
        self.technical().fail_job(job, why, self.env.now()).await?;
        self.given_up_jobs().count(&job.task, in_doubt);
        Ok(())
    }
}
