//! What is read of jobs.

use jiff::{SignedDuration, Timestamp};
use tessera_core::kernel::ids::JobId;

use super::rows::{JobRow, JobState, job_row};
use super::sql;
use crate::kernel::reads::{read_all, read_one};
use crate::{Reads, StoreError, values};

/// How many jobs there are in each state.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct JobCounts {
    /// Until their time, or until a worker is free.
    pub waiting: i64,
    /// In the hands of workers.
    pub running: i64,
    /// Given up.
    pub failed: i64,
    /// Their effect may have happened.
    pub in_doubt: i64,
}

impl Reads {
    /// Whether a job of this key waits or runs.
    pub async fn has_live_job(&self, key: &str) -> Result<bool, StoreError> {
        Ok(self.one(sql::JOB_LIVE, values![key]).await?.is_some())
    }

    /// One job.
    pub async fn job(&self, id: JobId) -> Result<Option<JobRow>, StoreError> {
        read_one(self.one(sql::JOB, values![id]).await?, job_row)
    }

    /// Jobs in one state.
    pub async fn jobs(&self, state: JobState, limit: usize) -> Result<Vec<JobRow>, StoreError> {
        self.jobs_of_kind(state, None, limit).await
    }

    /// Jobs in one state, those of one kind if given.
    pub async fn jobs_of_kind(
        &self,
        state: JobState,
        kind: Option<&str>,
        limit: usize,
    ) -> Result<Vec<JobRow>, StoreError> {
        let statement = match state {
            JobState::Waiting => sql::JOBS_WAITING,
            JobState::Running => sql::JOBS_RUNNING,
            JobState::Failed => sql::JOBS_FAILED,
            JobState::InDoubt => sql::JOBS_IN_DOUBT,
        };
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        read_all(self.query(statement, values![limit, kind]).await?, job_row)
    }

    /// The jobs with this key that were given up, or failed and are tried again.
    pub async fn jobs_in_trouble(&self, key: &str) -> Result<Vec<JobRow>, StoreError> {
        read_all(self.query(sql::JOBS_IN_TROUBLE, values![key]).await?, job_row)
    }

    /// How many jobs there are in each state. A waiting job that is due after the hour is not counted: it is planned for later, and no backlog.
    pub async fn job_counts(&self, now: Timestamp) -> Result<JobCounts, StoreError> {
        let soon = now + SignedDuration::from_hours(1);
        let counts = read_one(self.one(sql::JOBS_COUNT, values![soon]).await?, |row| {
            Ok(JobCounts {
                waiting: row.get("waiting")?,
                running: row.get("running")?,
                failed: row.get("failed")?,
                in_doubt: row.get("in_doubt")?,
            })
        })?;
        Ok(counts.unwrap_or_default())
    }
}
