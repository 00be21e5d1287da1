//! How long a call may wait before it is made: for its budget, or for another try.
//!
//! A job holds a place while it runs. A client that has to wait for longer than a moment therefore answers with an error that says when to try
//! again, and the job gives its place to another one until then. Only a job that has the turn at the system waits in its place.

use std::sync::Arc;
use std::time::Duration;

/// The longest wait of a call that a job makes without having the turn.
pub(crate) const MAX_WAIT_OF_A_JOB: Duration = Duration::from_secs(1);

tokio::task_local! {
    static WAITS: Arc<dyn Waits>;
}

/// Decides how long the calls of a job may wait.
pub(crate) trait Waits: Send + Sync {
    /// Whether a call of this system may wait, although it then has waited for `in_all`.
    fn may_wait(&self, system: &str, wait: Duration, in_all: Duration) -> bool;
}

/// Jobs without turns: no call waits for longer than a moment.
pub(crate) struct OnlyAMoment;

impl Waits for OnlyAMoment {
    fn may_wait(&self, _: &str, _: Duration, in_all: Duration) -> bool {
        in_all <= MAX_WAIT_OF_A_JOB
    }
}

/// Runs a job: its calls wait only for as long as they may.
pub(crate) async fn giving_way<T>(waits: Arc<dyn Waits>, job: impl Future<Output = T>) -> T {
    WAITS.scope(waits, job).await
}

/// Whether a call that is made here may wait for its budget, although it then has waited for `in_all`. None: its priority
/// decides.
pub fn may_wait(system: &str, wait: Duration, in_all: Duration) -> Option<bool> {
    WAITS.try_with(|waits| waits.may_wait(system, wait, in_all)).ok()
}

/// The longest wait before a failed call that is made here is tried again; none: its priority decides.
pub fn max_wait() -> Option<Duration> {
    WAITS.try_with(|_| MAX_WAIT_OF_A_JOB).ok()
}
