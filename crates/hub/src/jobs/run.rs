//! The trait that every kind of job implements, and the dispatch to it.

use std::time::Duration;

use jiff::Timestamp;
use tessera_core::for_each_job;
use tessera_core::kernel::job::{JobKind, Leased, Retries, Task};

use super::retry::{self, OnUpstreamError};
use crate::{Hub, HubError};

/// Outcome of a job.
pub(crate) enum JobOutcome {
    /// Finished, in the same transaction as its effect.
    Already,
    /// Done; the runner has to record it.
    Done,
    /// Deferred until this time. This is not a failure.
    Wait(Timestamp, String),
    /// Failed. The kind's retry policy applies.
    Failed {
        /// The error.
        why: String,
        /// Retry time that the outside system asked for, if any.
        retry_at: Option<Timestamp>,
    },
    /// Given up: a person has to act.
    GivenUp(String),
    /// In doubt: the effect may have happened, and the outside system cannot be asked (see [`crate::effects`]).
    InDoubt(String),
}

impl JobOutcome {
    /// A failure that is retried.
    pub(crate) fn failed(why: impl Into<String>) -> Self {
        Self::Failed { why: why.into(), retry_at: None }
    }
}

/// The work of a job. It may run twice, so an effect in an outside system goes through [`crate::effects`].
pub(crate) trait Run: JobKind {
    /// What to do when an outside system rejects a call.
    const ON_UPSTREAM_ERROR: OnUpstreamError = OnUpstreamError::GiveUp;
    /// Maximum time without [`progress`](super::progressed). Then the job is dropped and counts as failed.
    const TIME_LIMIT: Duration = Duration::from_mins(1);
    /// Retry policy after failures.
    const RETRIES: Retries = Retries::of(Self::LANE);

    /// Runs the job. After an error, [`retry::after`] decides whether it is retried.
    async fn run(&self, hub: &Hub, job: &Leased) -> Result<JobOutcome, HubError>;
}

macro_rules! define_run {
    ($($feature:ident::$job:ident,)*) => {
        /// Runs a job of any kind.
        pub(super) async fn run(hub: &Hub, job: &Leased) -> JobOutcome {
            let (ran, on_upstream_error) = match &job.task {
                $(Task::$job(it) => {
                    (it.run(hub, job).await, <tessera_core::$feature::jobs::$job as Run>::ON_UPSTREAM_ERROR)
                })*
            };
            ran.unwrap_or_else(|error| retry::after(error, on_upstream_error, hub.env.now()))
        }

        /// The time limit of a job of this kind.
        pub(super) const fn time_limit(task: &Task) -> Duration {
            match task {
                $(Task::$job(_) => <tessera_core::$feature::jobs::$job as Run>::TIME_LIMIT,)*
            }
        }

        /// The retry policy of a job of this kind.
        pub(super) const fn retries(task: &Task) -> Retries {
            match task {
                $(Task::$job(_) => <tessera_core::$feature::jobs::$job as Run>::RETRIES,)*
            }
        }
    };
}

for_each_job!(define_run);
