//! Jobs that this process gave up, for the metrics.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use tessera_core::kernel::job::{Pool, Task};

use crate::Hub;

/// What is counted of a job that was given up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct GivenUpJob {
    /// The kind of job.
    pub kind: &'static str,
    /// The outside systems that it depends on.
    pub pool: Pool,
    /// Whether its effect may have happened.
    pub in_doubt: bool,
}

/// The jobs that this process gave up.
#[derive(Debug, Default)]
pub(crate) struct GivenUpJobs(Mutex<BTreeMap<GivenUpJob, u64>>);

impl GivenUpJobs {
    pub(super) fn count(&self, task: &Task, in_doubt: bool) {
        let job = GivenUpJob { kind: task.kind(), pool: task.pool(), in_doubt };
        *self.0.lock().unwrap_or_else(PoisonError::into_inner).entry(job).or_default() += 1;
    }
}

impl Hub {
    /// How many jobs this process gave up since its start.
    pub fn jobs_given_up(&self) -> BTreeMap<GivenUpJob, u64> {
        self.given_up_jobs().0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
