//! Jobs in the hands of workers, and progress of activations.

use jiff::Timestamp;
use tessera_core::kernel::ids::JobId;
use tessera_core::kernel::job::Task;

use crate::engine::Row;
use crate::kernel::reads::{read_all, read_one};
use crate::kernel::sql;
use crate::{Reads, StoreError, Undecodable, values};

/// How a job stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JobState {
    /// Until its time, or until a worker is free.
    Waiting,
    /// A worker is on it.
    Running,
    /// Given up: a person has to look.
    Failed,
}

/// A job as staff see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobRow {
    /// Its id.
    pub id: JobId,
    /// What is to be done.
    pub task: Task,
    /// How it stands.
    pub state: JobState,
    /// Not before.
    pub run_at: Timestamp,
    /// How often it was tried.
    pub attempt: i64,
    /// What went wrong last.
    pub error: Option<String>,
    /// Since when it is there.
    pub created_at: Timestamp,
    /// When it was given up.
    pub finished_at: Option<Timestamp>,
}

/// How many jobs there are in each state.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct JobCounts {
    /// Until their time, or until a worker is free.
    pub waiting: i64,
    /// In the hands of workers.
    pub running: i64,
    /// Given up.
    pub failed: i64,
}

impl Reads {
    /// One job.
    pub async fn job(&self, id: JobId) -> Result<Option<JobRow>, StoreError> {
        read_one(self.one(sql::JOB, values![id]).await?, job_row)
    }

    /// When the next waiting job is due.
    pub async fn next_job_due(&self) -> Result<Option<Timestamp>, StoreError> {
        let row = self.one(sql::JOBS_NEXT_DUE, Vec::new()).await?;
        Ok(read_one(row, |row| row.get::<Option<Timestamp>>("due"))?.flatten())
    }

    /// Jobs in one state.
    pub async fn jobs(&self, state: JobState, limit: usize) -> Result<Vec<JobRow>, StoreError> {
        let statement = match state {
            JobState::Waiting => sql::JOBS_WAITING,
            JobState::Running => sql::JOBS_RUNNING,
            JobState::Failed => sql::JOBS_FAILED,
        };
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        read_all(self.query(statement, values![limit]).await?, job_row)
    }

    /// The jobs with this key that were given up, or failed and are tried again.
    pub async fn jobs_in_trouble(&self, key: &str) -> Result<Vec<JobRow>, StoreError> {
        read_all(self.query(sql::JOBS_IN_TROUBLE, values![key]).await?, job_row)
    }

    /// How many jobs there are in each state.
    pub async fn job_counts(&self) -> Result<JobCounts, StoreError> {
        let counts = read_one(self.one(sql::JOBS_COUNT, Vec::new()).await?, |row| {
            Ok(JobCounts { waiting: row.get("waiting")?, running: row.get("running")?, failed: row.get("failed")? })
        })?;
        Ok(counts.unwrap_or_default())
    }
}

fn job_row(row: &Row) -> Result<JobRow, Undecodable> {
    Ok(JobRow {
        id: row.id("id")?,
        task: row.json("task")?,
        state: row.text("state", |state| match state {
            "waiting" => Some(JobState::Waiting),
            "running" => Some(JobState::Running),
            "failed" => Some(JobState::Failed),
            _ => None,
        })?,
        run_at: row.get("run_at")?,
        attempt: row.get("attempt")?,
        error: row.get("error")?,
        created_at: row.get("created_at")?,
        finished_at: row.get("finished_at")?,
    })
}
