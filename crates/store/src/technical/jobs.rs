//! Jobs of workers: claiming, returning and ending them.

use jiff::Timestamp;
use tessera_core::kernel::ids::WorkerId;
use tessera_core::kernel::job::{Due, Leased};

use super::Technical;
use crate::engine::Statement;
use crate::kernel::jobs::{claims, sql};
use crate::kernel::reads::read_all;
use crate::{ApplyError, Conflict, DatabaseKind, StoreError, Value, values};

/// How often it is tried to make a job wait while equal jobs arrive.
pub(super) const MAX_TRIES: usize = 3;
/// Maximum number of jobs per claim: the number of ids that its statement can take.
const MAX_CLAIM: usize = 25;

impl Technical<'_> {
    /// Claims those of the chosen jobs that are still waiting, most urgent first.
    pub async fn claim_jobs(&self, worker: WorkerId, chosen: &[Due]) -> Result<Vec<Leased>, StoreError> {
        let claim = match self.0.kind() {
            DatabaseKind::Postgres => claims::JOBS_CLAIM_POSTGRES,
            DatabaseKind::Sqlite => claims::JOBS_CLAIM_SQLITE,
        };
        let Some(first) = chosen.first() else { return Ok(Vec::new()) };
        let ids = chosen.iter().map(|due| due.id).chain(std::iter::repeat(first.id)).take(MAX_CLAIM);
        let values = ids.map(Value::from).chain([Value::from(worker)]).collect();
        let rows = self.returning(claim, values).await?;
        let mut jobs = read_all(rows, |row| {
            Ok(Leased {
                id: row.id("id")?,
                task: row.json("task")?,
                attempt: row.get("attempt")?,
                failures: row.get("failures")?,
            })
        })?;
        jobs.sort_by_key(|job| chosen.iter().position(|due| due.id == job.id));
        Ok(jobs)
    }

    /// Marks a job's effect as under way, before it begins. A marked job never runs again by itself.
    ///
    /// # Errors
    /// A conflict if the job is already marked, or belongs to another worker by now.
    pub async fn mark_job_under_way(&self, job: &Leased, now: Timestamp) -> Result<(), ApplyError> {
        self.write(Statement::one(sql::JOB_UNDER_WAY, values![now, job.id, job.attempt], Conflict::Job)).await
    }

    /// Removes the mark of a job whose effect certainly did not happen.
    pub async fn unmark_job(&self, job: &Leased) -> Result<(), ApplyError> {
        self.write(Statement::one(sql::JOB_NOT_UNDER_WAY, values![job.id, job.attempt], Conflict::Job)).await
    }

    /// Ends a job as done.
    pub async fn finish_job(&self, job: &Leased, now: Timestamp) -> Result<(), ApplyError> {
        self.write(Statement::one(sql::JOB_FINISH, values![now, job.id, job.attempt], Conflict::Job)).await
    }

    /// Gives a job up, with the error. A marked job becomes in doubt.
    pub async fn fail_job(&self, job: &Leased, error: &str, now: Timestamp) -> Result<(), ApplyError> {
        self.write(Statement::one(sql::JOB_FAIL, values![now, error, job.id, job.attempt], Conflict::Job)).await
    }

    /// Schedules the retry of a failed job. A marked job becomes in doubt instead.
    pub async fn retry_job(
        &self,
        job: &Leased,
        now: Timestamp,
        run_at: Timestamp,
        error: &str,
    ) -> Result<(), ApplyError> {
        self.again(job, now, run_at, (Some(error), 1)).await
    }

    /// Defers a job that did not fail. Until `run_at` its place is free for another job.
    pub async fn defer_job(
        &self,
        job: &Leased,
        now: Timestamp,
        run_at: Timestamp,
        why: Option<&str>,
    ) -> Result<(), ApplyError> {
        self.again(job, now, run_at, (why, 0)).await
    }

    async fn again(
        &self,
        job: &Leased,
        now: Timestamp,
        run_at: Timestamp,
        (error, failures): (Option<&str>, i64),
    ) -> Result<(), ApplyError> {
        let again = || {
            let values = values![now, run_at, error, failures, job.id, job.attempt];
            self.write(Statement::one(claims::JOB_AGAIN, values, Conflict::Job))
        };
        let mut written = again().await;
        // An equal job that began to wait at the same moment is a conflict too. The next try sees it.
        for _ in 1..MAX_TRIES {
            if matches!(written, Err(ApplyError::Conflict(_))) {
                written = again().await;
            }
        }
        written
    }

    /// After the clock was set back, shortens the waits of jobs to their intended length.
    pub async fn correct_waiting_jobs(&self, now: Timestamp) -> Result<(), ApplyError> {
        let values = values![now, now + MAX_SKEW];
        self.write(Statement::any(claims::JOBS_CLOCK_SET_BACK, values)).await
    }
}

/// Maximum clock difference between two processes. A smaller difference does not count as a clock that was set back.
const MAX_SKEW: jiff::SignedDuration = jiff::SignedDuration::from_secs(60);
