//! Jobs: pending effects. A job is written in the transaction of the change that requests it, and done exactly once.
//!
//! Each kind of job is a type of its feature, in `<feature>/jobs.rs`. [`for_each_job`](crate::for_each_job) lists them.

pub mod change;
pub mod event;
mod list;
mod places;
mod pool;
mod retry;
mod scarce;
#[cfg(test)]
mod tests;
pub mod watch;

pub use places::{Due, Load, Places, Room, VendorCalls};
pub use pool::{Pool, Upstream};
pub use retry::Retries;
pub use scarce::{MAX_TURN_WAIT, Scarce};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::for_each_job;
use crate::kernel::ids::JobId;

/// A kind of job, as data. It is stored as JSON, so rows of earlier versions must remain readable.
pub trait JobKind: Into<Task> {
    /// Name of the kind in the database: the type's name in snake case.
    const KIND: &'static str;
    /// The lane of the kind.
    const LANE: Lane;

    /// The outside systems that it depends on.
    fn pool(&self) -> Pool;

    /// Its lane. By default that of its kind.
    fn lane(&self) -> Lane {
        Self::LANE
    }

    /// Whose share of the places it takes: exactly the jobs of [`Pool::Vendors`] have one.
    fn share(&self) -> Option<Uuid> {
        None
    }

    /// Distinguishes the job from others of its kind. Empty if there can be only one.
    fn subject(&self) -> String;

    /// Key for deduplication: of equal waiting jobs only the first is stored.
    fn key(&self) -> String {
        match self.subject() {
            subject if subject.is_empty() => Self::KIND.to_owned(),
            subject => format!("{}:{subject}", Self::KIND),
        }
    }
}

macro_rules! define_task {
    ($($feature:ident::$job:ident,)*) => {
        /// A job of any kind.
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
            /// The names of all kinds in the database.
            pub const KINDS: &[&str] = &[$(<crate::$feature::jobs::$job as JobKind>::KIND,)*];

            /// Key for deduplication: of equal waiting jobs only the first is stored.
            pub fn key(&self) -> String {
                match self {
                    $(Self::$job(job) => job.key(),)*
                }
            }

            /// Name of the kind in the database.
            pub const fn kind(&self) -> &'static str {
                match self {
                    $(Self::$job(_) => <crate::$feature::jobs::$job as JobKind>::KIND,)*
                }
            }

            /// The lane.
            pub fn lane(&self) -> Lane {
                match self {
                    $(Self::$job(job) => job.lane(),)*
                }
            }

            /// Whose share of the places it takes.
            pub fn share(&self) -> Option<Uuid> {
                match self {
                    $(Self::$job(job) => job.share(),)*
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

/// The urgency of a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Lane {
    /// A person is waiting on a progress page.
    Interactive = 0,
    /// Soon.
    Normal = 1,
    /// When there is room.
    Bulk = 2,
}

impl Lane {
    /// All lanes, most urgent first.
    pub const ALL: [Self; 3] = [Self::Interactive, Self::Normal, Self::Bulk];

    /// The lane with this number.
    pub fn numbered(number: i64) -> Option<Self> {
        Self::ALL.into_iter().find(|lane| *lane as i64 == number)
    }
}

/// A job to enqueue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Job {
    /// Id. E-mails contain it in their message id, so that a repetition can be recognised.
    pub id: JobId,
    /// The work.
    pub task: Task,
    /// Time before which it does not run.
    pub run_at: Timestamp,
    /// Time of the request.
    pub created_at: Timestamp,
}

/// A job claimed by a worker. Only the owner of this attempt may finish it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leased {
    /// Id.
    pub id: JobId,
    /// The work.
    pub task: Task,
    /// Number of this attempt, from 1.
    pub attempt: i64,
    /// Number of earlier attempts that failed. Attempts that only had to wait do not count.
    pub failures: i64,
}
