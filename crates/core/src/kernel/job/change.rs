//! Changes of jobs.

use jiff::Timestamp;

use crate::kernel::ids::JobId;
use crate::kernel::job::{Job, Upstream};
use crate::kernel::plan::FeatureChange;

/// A change of a job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum JobChange {
    /// Enqueue a job, unless an equal one is waiting.
    Enqueue(Job),
    /// Finish a job. It must still belong to this attempt.
    Finish {
        /// The job.
        id: JobId,
        /// The attempt.
        attempt: i64,
        /// Time of the change.
        at: Timestamp,
    },
    /// Dismiss a job that was given up. It must still be given up.
    Dismiss {
        /// The job.
        id: JobId,
        /// Time of the change.
        at: Timestamp,
    },
    /// Retry a job that was given up. It must still be given up.
    Revive {
        /// The job.
        id: JobId,
        /// Time from which it is due.
        at: Timestamp,
    },
    /// Pause the jobs of an outside system. It must not be paused already.
    Pause {
        /// The system.
        system: Upstream,
        /// Start of the pause.
        at: Timestamp,
        /// The member of staff who paused it.
        by: String,
    },
    /// Resume the jobs of an outside system. It must still be paused.
    Resume {
        /// The system.
        system: Upstream,
    },
}

impl FeatureChange for JobChange {}
