//! Job retry: whether and when a job that failed is tried again.

use jiff::{SignedDuration, Timestamp};

use super::JobOutcome;
use crate::HubError;
use crate::ports::ConnectError;

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

/// What to do after a job failed.
pub(super) fn after(error: HubError, attempt: i64, on_upstream_error: OnUpstreamError, now: Timestamp) -> JobOutcome {
    let why = error.to_string();
    let earliest = now + backoff(attempt);
    match error {
        HubError::Connect(error @ (ConnectError::Throttled { .. } | ConnectError::Unavailable { .. })) => {
            let at = error.retry_at().map_or(earliest, |wanted| wanted.max(now).min(earliest + MAX_EXTRA_DELAY));
            JobOutcome::Again(at, why)
        }
        HubError::Connect(error) if on_upstream_error.goes_on(&error) => JobOutcome::Again(earliest, why),
        HubError::Busy | HubError::Store(_) => JobOutcome::Again(earliest, why),
        HubError::Connect(_) | HubError::NotFound(_) | HubError::Rejected(_) => JobOutcome::GivenUp(why),
    }
}

/// 2 s, 4 s, 8 s … up to 15 minutes.
pub(crate) fn backoff(attempt: i64) -> SignedDuration {
    let doubled = 1_i64.checked_shl(u32::try_from(attempt).unwrap_or(0).min(12)).unwrap_or(4096);
    SignedDuration::from_secs(doubled.clamp(2, 15 * 60))
}
