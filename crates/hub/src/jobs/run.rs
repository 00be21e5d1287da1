//! What a job does: the trait that every kind of job implements, and the choice of the right one.

use jiff::Timestamp;
use tessera_core::for_each_job;
use tessera_core::kernel::job::{JobKind, Leased, Task};

use super::retry::{self, OnUpstreamError};
use crate::{Hub, HubError};

/// What came of a job.
pub(crate) enum JobOutcome {
    /// It is finished, in the same transaction as its effect.
    Already,
    /// It is done and has to be written down.
    Done,
    /// Not yet: again at this time.
    Again(Timestamp, String),
    /// Never: a person has to look.
    GivenUp(String),
    /// Its effect may have happened, and nobody can look whether it did (see [`crate::effects`]).
    InDoubt(String),
}

/// What a job does. It may run twice, so an effect outside goes through [`crate::effects`].
pub(crate) trait Run: JobKind {
    /// What becomes of it when an outside system refuses a call.
    const ON_UPSTREAM_ERROR: OnUpstreamError = OnUpstreamError::GiveUp;

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
            ran.unwrap_or_else(|error| retry::after(error, job.attempt, on_upstream_error, hub.env.now()))
        }
    };
}

for_each_job!(define_run);
