//! Changes of jobs.

use jiff::Timestamp;

use crate::kernel::ids::JobId;
use crate::kernel::job::{Job, Upstream};
use crate::kernel::plan::FeatureChange;

/// A change of a job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum JobChange {
    /// Ask for an effect, unless the same is waiting already.
    Enqueue(Job),
    /// Finish a job; it must still be this worker's.
    Finish {
        /// Which.
        id: JobId,
        /// Which attempt.
        attempt: i64,
        /// When.
        at: Timestamp,
    },
    /// Put a job aside that was given up; it must be given up still.
    Dismiss {
        /// Which.
        id: JobId,
        /// When.
        at: Timestamp,
    },
    /// Have a job that was given up tried again; it must be given up still.
    Revive {
        /// Which.
        id: JobId,
        /// When it is due.
        at: Timestamp,
    },
    /// Have the jobs of an outside system wait; it must not be paused already.
    Pause {
        /// Which system.
        system: Upstream,
        /// Since when.
        at: Timestamp,
        /// Who paused it.
        by: String,
    },
    /// Have them go on; the system must still be paused.
    Resume {
        /// Which system.
        system: Upstream,
    },
}

impl FeatureChange for JobChange {}
