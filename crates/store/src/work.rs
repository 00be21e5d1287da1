//! Jobs in the hands of workers, and progress of activations.

use jiff::Timestamp;
use tessera_core::activation::Progress;
use tessera_core::id::{ActivationId, InvitationId, JobId};
use tessera_core::job::{Job, Leased, Task};

use crate::engine::{Row, Statement};
use crate::lower::{enqueue, json};
use crate::reads::{read_all, read_one};
use crate::{ApplyError, Conflict, Engine, Store, StoreError, Undecodable, sql, values};

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

impl Store {
    /// Asks for an effect outside any plan, unless the same is waiting already.
    pub async fn enqueue(&self, job: &Job) -> Result<(), ApplyError> {
        self.write(enqueue(job)).await?;
        self.work.notify_one();
        Ok(())
    }

    /// Takes jobs that are due, most urgent first, until `until`.
    pub async fn claim_jobs(&self, now: Timestamp, until: Timestamp, limit: usize) -> Result<Vec<Leased>, StoreError> {
        let claim = match self.engine {
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

    /// Ends a job well.
    pub async fn finish_job(&self, job: &Leased, now: Timestamp) -> Result<(), ApplyError> {
        self.write(Statement::one(sql::JOB_FINISH, values![now, job.id, job.attempt], Conflict::Job)).await
    }

    /// Gives a job up, with what went wrong.
    pub async fn fail_job(&self, job: &Leased, error: &str, now: Timestamp) -> Result<(), ApplyError> {
        self.write(Statement::one(sql::JOB_FAIL, values![now, error, job.id, job.attempt], Conflict::Job)).await
    }

    /// Lets a job wait until it is tried again.
    pub async fn retry_job(&self, job: &Leased, run_at: Timestamp, error: &str) -> Result<(), ApplyError> {
        self.write(Statement::one(sql::JOB_RETRY, values![run_at, error, job.id, job.attempt], Conflict::Job)).await
    }

    /// Keeps a long job for longer.
    pub async fn extend_job(&self, job: &Leased, until: Timestamp) -> Result<(), ApplyError> {
        self.write(Statement::one(sql::JOB_EXTEND, values![until, job.id, job.attempt], Conflict::Job)).await
    }

    /// Has a job that was given up tried again.
    pub async fn revive_job(&self, id: JobId, now: Timestamp) -> Result<(), ApplyError> {
        self.write(Statement::one(sql::JOB_REVIVE, values![now, id], Conflict::Job)).await?;
        self.work.notify_one();
        Ok(())
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

    /// Writes down how far an activation is.
    pub async fn activation_progress(&self, id: ActivationId, progress: &Progress) -> Result<(), ApplyError> {
        self.write(Statement::any(sql::ACTIVATION_PROGRESS, values![json(progress), id])).await
    }

    /// Writes down that an invitation was looked at for the first time.
    pub async fn invitation_opened(&self, id: InvitationId, now: Timestamp) -> Result<(), ApplyError> {
        self.write(Statement::any(sql::INVITATION_OPENED, values![now, id])).await
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
