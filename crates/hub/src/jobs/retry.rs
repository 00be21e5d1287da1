//! Retry policy for failed jobs.

use jiff::{SignedDuration, Timestamp};
use tessera_core::kernel::job::Leased;

use super::{JobOutcome, run};
use crate::ports::ConnectError;
use crate::{Env, HubError};

/// Maximum delay that an outside system can add to our own backoff.
const MAX_EXTRA_DELAY: SignedDuration = SignedDuration::from_mins(15);

/// What to do with a job when an outside system rejects a call, so that a person has to act first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum OnUpstreamError {
    /// Give the job up.
    GiveUp,
    /// Retry until credentials, permissions or the system's answers are repaired. For jobs that nothing requests a
    /// second time.
    AwaitRepair,
    /// Retry after any answer, so that a waiting customer does not have to return.
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

/// Wait after an outage of the database.
const DATABASE_RETRY: SignedDuration = SignedDuration::from_secs(5);

/// The outcome of a job that ended with an error. Waiting for call budget is not a failure, nor is an outage of the hub's own
/// database: when it is over, all jobs go on at once, however long it took.
pub(super) fn after(error: HubError, on_upstream_error: OnUpstreamError, now: Timestamp) -> JobOutcome {
    let why = error.to_string();
    match error {
        error if error.is_database_outage() => JobOutcome::Wait(now + DATABASE_RETRY, why),
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

/// The time of the next retry. `None` when the retries are used up. An outside system may set the time, within limits.
pub(super) fn next_try(job: &Leased, retry_at: Option<Timestamp>, env: &Env) -> Option<Timestamp> {
    let now = env.now();
    let wait = run::retries(&job.task).wait(job.failures + 1, env.random_u32())?;
    let ours = now + wait;
    Some(retry_at.map_or(ours, |theirs| theirs.max(now).min(ours + MAX_EXTRA_DELAY)))
}

#[cfg(test)]
mod tests {
    use tessera_store::{Cause, StoreError};

    use super::*;

    #[test]
    fn h04_an_outage_of_the_database_is_no_failure_of_a_job() {
        let now = Timestamp::UNIX_EPOCH;
        let outcome = |error: StoreError| after(error.into(), OnUpstreamError::GiveUp, now);
        let down = || Cause::new("the database system is shutting down");
        for outage in [
            StoreError::Unavailable(down()),
            StoreError::CommitUnknown(down()),
            StoreError::DiskFull(down()),
            StoreError::ReadOnly(down()),
        ] {
            let waits = matches!(outcome(outage.clone()), JobOutcome::Wait(at, _) if at == now + DATABASE_RETRY);
            assert!(waits, "{outage}");
        }
        let broken = StoreError::Constraint { name: "jobs_key".to_owned(), cause: down() };
        assert!(matches!(outcome(broken), JobOutcome::Failed { .. }), "a fault of the hub's own");
    }
}
