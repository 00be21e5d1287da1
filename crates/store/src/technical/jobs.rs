//! Jobs in the hands of workers: claimed, kept, given back, ended.

use jiff::Timestamp;
use tessera_core::kernel::job::Leased;

use super::Technical;
use crate::engine::{Engine, Statement};
use crate::kernel::jobs::sql;
use crate::kernel::reads::read_all;
use crate::{ApplyError, Conflict, StoreError, values};

impl Technical<'_> {
    /// Takes jobs that are due, most urgent first, until `until`.
    pub async fn claim_jobs(&self, now: Timestamp, until: Timestamp, limit: usize) -> Result<Vec<Leased>, StoreError> {
        let claim = match self.0.engine {
            Engine::Sqlite(_) => sql::JOBS_CLAIM_SQLITE,
            Engine::Postgres(_) => sql::JOBS_CLAIM_POSTGRES,
        };
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let rows = self.returning(claim, values![until, now, limit]).await?;
        let mut jobs = read_all(rows, |row| {
            Ok(Leased { id: row.id("id")?, task: row.json("task")?, attempt: row.get("attempt")? })
        })?;
        jobs.sort_by_key(|job| job.task.lane());
        Ok(jobs)
    }

    /// Gives back the jobs of workers that did not come back in time.
    pub async fn reclaim_jobs(&self, now: Timestamp) -> Result<(), ApplyError> {
        self.write(Statement::any(sql::JOBS_RECLAIM, values![now])).await
    }

    /// Notes that the effect of a job is under way, before it begins. Until the job is unmarked, it never runs again by itself.
    ///
    /// # Errors
    /// A conflict when it is marked already, or is another worker's by now.
    pub async fn mark_job_under_way(&self, job: &Leased, now: Timestamp) -> Result<(), ApplyError> {
        self.write(Statement::one(sql::JOB_UNDER_WAY, values![now, job.id, job.attempt], Conflict::Job)).await
    }

    /// Notes that the effect of a job surely did not happen.
    pub async fn unmark_job(&self, job: &Leased) -> Result<(), ApplyError> {
        self.write(Statement::one(sql::JOB_NOT_UNDER_WAY, values![job.id, job.attempt], Conflict::Job)).await
    }

    /// Ends a job well.
    pub async fn finish_job(&self, job: &Leased, now: Timestamp) -> Result<(), ApplyError> {
        self.write(Statement::one(sql::JOB_FINISH, values![now, job.id, job.attempt], Conflict::Job)).await
    }

    /// Gives a job up, with what went wrong. A marked job is in doubt from now on.
    pub async fn fail_job(&self, job: &Leased, error: &str, now: Timestamp) -> Result<(), ApplyError> {
        self.write(Statement::one(sql::JOB_FAIL, values![now, error, job.id, job.attempt], Conflict::Job)).await
    }

    /// Lets a job wait until it is tried again. A marked job is in doubt from now on instead.
    pub async fn retry_job(&self, job: &Leased, run_at: Timestamp, error: &str) -> Result<(), ApplyError> {
        self.write(Statement::one(sql::JOB_RETRY, values![run_at, error, job.id, job.attempt], Conflict::Job)).await
    }

    /// Keeps a long job for longer.
    pub async fn extend_job(&self, job: &Leased, until: Timestamp) -> Result<(), ApplyError> {
        self.write(Statement::one(sql::JOB_EXTEND, values![until, job.id, job.attempt], Conflict::Job)).await
    }
}
