//! Job retry: what becomes of a job that failed.

use jiff::{SignedDuration, Timestamp};
use tessera_core::kernel::job::Leased;

use super::{JobOutcome, run};
use crate::ports::ConnectError;
use crate::{Env, HubError};

/// How much later than our own backoff an outside system may have a job tried again.
const MAX_EXTRA_DELAY: SignedDuration = SignedDuration::from_mins(15);

/// What becomes of a job when an outside system refuses a call, so that a person has to do something first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum OnUpstreamError {
    /// It is given up.
    GiveUp,
    /// It is tried again until credentials, permissions or the system's answers are repaired: nobody asks for it a second time.
    AwaitRepair,
    /// It is tried again whatever the answer was: a customer who waits should not need to come back.
    KeepTrying,
}

impl OnUpstreamError {
    const fn goes_on(self, error: &ConnectError) -> bool {
        match self {
            Self::GiveUp => false,
            Self::AwaitRepair => error.awaits_repair(),
            Self::KeepTrying => true,
        }
    }
}

/// What an error makes of a job. Having to wait for calls of an outside system is no failure.
pub(super) fn after(error: HubError, on_upstream_error: OnUpstreamError, now: Timestamp) -> JobOutcome {
    let why = error.to_string();
    match error {
        HubError::Connect(ConnectError::Throttled { until, .. }) => {
            JobOutcome::Wait(until.max(now).min(now + MAX_EXTRA_DELAY), why)
        }
        HubError::Connect(error @ ConnectError::Unavailable { .. }) => {
            JobOutcome::Failed { why, retry_at: error.retry_at() }
        }
        HubError::Connect(error) if on_upstream_error.goes_on(&error) => JobOutcome::failed(why),
        HubError::Busy | HubError::Store(_) => JobOutcome::failed(why),
        HubError::Connect(_) | HubError::NotFound(_) | HubError::Rejected(_) => JobOutcome::GivenUp(why),
    }
}

/// When a job that failed is tried again; none: it has failed for long enough. An outside system may say when, within limits.
pub(super) fn next_try(job: &Leased, retry_at: Option<Timestamp>, env: &Env) -> Option<Timestamp> {
    let now = env.now();
    let wait = run::retries(&job.task).wait(job.failures + 1, env.random_u32())?;
    let ours = now + wait;
    Some(retry_at.map_or(ours, |theirs| theirs.max(now).min(ours + MAX_EXTRA_DELAY)))
}
