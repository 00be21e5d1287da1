//! Rows of jobs.

use jiff::Timestamp;
use tessera_core::kernel::ids::JobId;
use tessera_core::kernel::job::Task;

use crate::Undecodable;
use crate::engine::Row;

/// The columns of a table that are read from it: `columns!(jobs)`, or `columns!(jobs "x.")` where the table has an alias.
macro_rules! columns {
    (jobs $($alias:literal)?) => {
        $crate::engine::listed!($($alias)?;
            "id", "task", "state", "run_at", "attempt", "error", "created_at", "finished_at", "under_way_at")
    };
}
pub(super) use columns;

/// How a job stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JobState {
    /// Until its time, or until a worker is free.
    Waiting,
    /// A worker is on it.
    Running,
    /// Given up: a person has to look.
    Failed,
    /// Its effect may have happened, and nobody can look whether it did: a person decides.
    InDoubt,
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
    /// When it was given up, or its effect was under way.
    pub finished_at: Option<Timestamp>,
}

pub(super) fn job_row(row: &Row) -> Result<JobRow, Undecodable> {
    let under_way: Option<Timestamp> = row.get("under_way_at")?;
    Ok(JobRow {
        id: row.id("id")?,
        task: row.json("task")?,
        state: row.text("state", |state| match state {
            "waiting" => Some(JobState::Waiting),
            "running" => Some(JobState::Running),
            "failed" if under_way.is_some() => Some(JobState::InDoubt),
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
