//! The time limit of a job, and the progress that renews it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use crate::env::Timer;

tokio::task_local! {
    static CURRENT: Progress;
}

/// Time of a job's last progress, by the monotonic clock.
#[derive(Debug, Clone)]
struct Progress {
    timer: Arc<dyn Timer>,
    /// In milliseconds.
    last: Arc<AtomicU64>,
}

/// Records progress of the current job, which restarts its time limit. Outside a job it has no effect.
pub(crate) fn progressed() {
    // An error means that no job is running.
    let _ = CURRENT.try_with(Progress::note);
}

/// Records that the current job waits for a call, for this long: its time limit restarts after that.
pub(super) fn waits(wait: Duration) {
    let _ = CURRENT.try_with(|progress| progress.note_ahead(wait));
}

/// Runs a job until it ends. `None` if it made no progress for as long as `limit` and was dropped.
pub(super) async fn within<T>(timer: Arc<dyn Timer>, limit: Duration, job: impl Future<Output = T>) -> Option<T> {
    let progress = Progress { timer, last: Arc::default() };
    progress.note();
    tokio::select! {
        biased;
        ended = CURRENT.scope(progress.clone(), job) => Some(ended),
        () = progress.stalls(limit) => None,
    }
}

impl Progress {
    fn note(&self) {
        self.note_ahead(Duration::ZERO);
    }

    fn note_ahead(&self, wait: Duration) {
        let at = (self.timer.elapsed() + wait).as_millis();
        self.last.fetch_max(u64::try_from(at).unwrap_or(u64::MAX), Ordering::Relaxed);
    }

    /// Completes after `limit` without progress.
    async fn stalls(&self, limit: Duration) {
        loop {
            let last = Duration::from_millis(self.last.load(Ordering::Relaxed));
            if self.timer.elapsed() >= last + limit {
                return;
            }
            self.timer.until(last + limit).await;
        }
    }
}
