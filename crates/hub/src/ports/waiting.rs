//! How long a call may wait before it is made: for its budget, or for another try.
//!
//! A job holds a place while it runs. A client that has to wait for longer than a moment therefore answers with an error that says when to try
//! again, and the job gives its place to another one until then.

use std::time::Duration;

/// The longest wait of a call that a job makes.
const MAX_WAIT_OF_A_JOB: Duration = Duration::from_secs(1);

tokio::task_local! {
    static MAX_WAIT: Duration;
}

/// Runs what a job does: its calls do not wait for longer than a moment.
pub(crate) async fn giving_way<T>(job: impl Future<Output = T>) -> T {
    MAX_WAIT.scope(MAX_WAIT_OF_A_JOB, job).await
}

/// The longest wait of a call that is made here; none: its priority decides.
pub fn max_wait() -> Option<Duration> {
    MAX_WAIT.try_with(|wait| *wait).ok()
}
