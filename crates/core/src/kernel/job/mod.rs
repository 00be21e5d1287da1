//! Jobs: effects waiting to happen. They are written in the transaction of the change that asks for them, and done exactly once.
//!
//! Each kind of job is a type beside its feature, in `<feature>/jobs.rs`; [`for_each_job`](crate::for_each_job) lists them.

pub mod change;
mod list;
mod places;
mod pool;
mod retry;
#[cfg(test)]
mod tests;
pub mod watch;

pub use places::{Due, Load, Places, Room};
pub use pool::{Pool, Upstream};
pub use retry::Retries;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::for_each_job;
use crate::kernel::ids::JobId;

/// A kind of job: what is to be done, as data. It is stored as JSON, so rows from before must still be read after a change.
pub trait JobKind: Into<Task> {
    /// The name of the kind, as in the database: the type's name in snake case.
    const KIND: &'static str;
    /// In which lane it waits.
    const LANE: Lane;

    /// The outside systems that it depends on.
    fn pool(&self) -> Pool;

    /// What distinguishes it from others of its kind; empty when there is only one.
    fn subject(&self) -> String;

    /// Equal jobs that are both still waiting are one: the second adds nothing.
    fn key(&self) -> String {
        match self.subject() {
            subject if subject.is_empty() => Self::KIND.to_owned(),
            subject => format!("{}:{subject}", Self::KIND),
        }
    }
}

macro_rules! define_task {
    ($($feature:ident::$job:ident,)*) => {
        /// What is to be done: one of all kinds of jobs.
        #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(tag = "kind", rename_all = "snake_case")]
        #[expect(missing_docs, reason = "each job says what it does")]
        pub enum Task {
            $($job(crate::$feature::jobs::$job),)*
        }

        $(impl From<crate::$feature::jobs::$job> for Task {
            fn from(job: crate::$feature::jobs::$job) -> Self {
                Self::$job(job)
            }
        })*

        impl Task {
            /// Equal jobs that are both still waiting are one: the second adds nothing.
            pub fn key(&self) -> String {
                match self {
                    $(Self::$job(job) => job.key(),)*
                }
            }

            /// The name of the kind, as in the database.
            pub const fn kind(&self) -> &'static str {
                match self {
                    $(Self::$job(_) => <crate::$feature::jobs::$job as JobKind>::KIND,)*
                }
            }

            /// In which lane it waits.
            pub const fn lane(&self) -> Lane {
                match self {
                    $(Self::$job(_) => <crate::$feature::jobs::$job as JobKind>::LANE,)*
                }
            }

            /// The outside systems that it depends on.
            pub fn pool(&self) -> Pool {
                match self {
                    $(Self::$job(job) => job.pool(),)*
                }
            }
        }
    };
}

for_each_job!(define_task);

/// Who waits for a job; what somebody is watching goes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Lane {
    /// A person is looking at a progress page.
    Interactive = 0,
    /// Soon is good enough.
    Normal = 1,
    /// Whenever there is room.
    Bulk = 2,
}

impl Lane {
    /// All lanes, the most urgent one first.
    pub const ALL: [Self; 3] = [Self::Interactive, Self::Normal, Self::Bulk];

    /// The lane with this number.
    pub fn numbered(number: i64) -> Option<Self> {
        Self::ALL.into_iter().find(|lane| *lane as i64 == number)
    }
}

/// A job to enqueue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Job {
    /// Its id; mails carry it in their message id, so that a repetition can be recognised.
    pub id: JobId,
    /// What is to be done.
    pub task: Task,
    /// Not before.
    pub run_at: Timestamp,
    /// When it was asked for.
    pub created_at: Timestamp,
}

/// A job in a worker's hands. Only the holder of this attempt may finish it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leased {
    /// Its id.
    pub id: JobId,
    /// What is to be done.
    pub task: Task,
    /// Which attempt this is, from 1.
    pub attempt: i64,
    /// How many of the attempts before failed. Attempts that only had to wait are not among them.
    pub failures: i64,
}
