//! What a job does: the trait that every kind of job implements, and the choice of the right one.

use std::time::Duration;

use jiff::Timestamp;
use tessera_core::for_each_job;
use tessera_core::kernel::job::{JobKind, Leased, Retries, Task};

use super::retry::{self, OnUpstreamError};
use crate::{Hub, HubError};

/// What came of a job.
pub(crate) enum JobOutcome {
    /// It is finished, in the same transaction as its effect.
    Already,
    /// It is done and has to be written down.
    Done,
    /// Not yet: it has to wait until this time, which is no failure.
    Wait(Timestamp, String),
    /// It failed, and is tried again as often as its kind allows.
    Failed {
        /// What went wrong.
        why: String,
        /// When the outside system wants to be asked again, if it says so.
        retry_at: Option<Timestamp>,
    },
    /// Never: a person has to look.
    GivenUp(String),
    /// Its effect may have happened, and nobody can look whether it did (see [`crate::effects`]).
    InDoubt(String),
}

impl JobOutcome {
    /// It failed, and is tried again.
    pub(crate) fn failed(why: impl Into<String>) -> Self {
        Self::Failed { why: why.into(), retry_at: None }
    }
}

/// What a job does. It may run twice, so an effect outside goes through [`crate::effects`].
pub(crate) trait Run: JobKind {
    /// What becomes of it when an outside system refuses a call.
    const ON_UPSTREAM_ERROR: OnUpstreamError = OnUpstreamError::GiveUp;
    /// For how long it may run without [`progress`](super::progressed). Then it is dropped, and has failed.
    const TIME_LIMIT: Duration = Duration::from_mins(1);
    /// How often it is tried again when it fails.
    const RETRIES: Retries = Retries::of(Self::LANE);

    /// Does it. After an error, [`retry::after`] decides whether it is tried again.
    async fn run(&self, hub: &Hub, job: &Leased) -> Result<JobOutcome, HubError>;
}

macro_rules! define_run {
    ($($feature:ident::$job:ident,)*) => {
        /// Runs a job, whatever its kind.
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

        /// How often a job of this kind is tried again.
        pub(super) const fn retries(task: &Task) -> Retries {
            match task {
                $(Task::$job(_) => <tessera_core::$feature::jobs::$job as Run>::RETRIES,)*
            }
        }
    };
}

for_each_job!(define_run);
