//! Time that only ever goes forward, for waits and time limits. The clock on the wall may be set; this is not.

use std::fmt::Debug;
use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::Instant;

/// A monotonic clock that can be waited for.
pub trait Timer: Debug + Send + Sync {
    /// The time since some moment in the past, the same for all calls.
    fn elapsed(&self) -> Duration;

    /// Completes when so much has elapsed.
    fn until(&self, elapsed: Duration) -> Pin<Box<dyn Future<Output = ()> + Send + '_>>;
}

/// The machine's monotonic clock.
#[derive(Debug, Clone, Copy)]
pub(super) struct SystemTimer(Instant);

impl SystemTimer {
    pub(super) fn new() -> Self {
        Self(Instant::now())
    }
}

impl Timer for SystemTimer {
    fn elapsed(&self) -> Duration {
        self.0.elapsed()
    }

    fn until(&self, elapsed: Duration) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        Box::pin(tokio::time::sleep_until(self.0 + elapsed))
    }
}

/// A monotonic clock that stands still until it is moved: for tests.
#[derive(Debug, Default)]
pub struct ManualTimer(watch::Sender<Duration>);

impl ManualTimer {
    /// Lets time elapse.
    pub fn advance(&self, by: Duration) {
        self.0.send_modify(|elapsed| *elapsed += by);
    }
}

impl Timer for ManualTimer {
    fn elapsed(&self) -> Duration {
        *self.0.borrow()
    }

    fn until(&self, until: Duration) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        let mut elapsed = self.0.subscribe();
        Box::pin(async move {
            // The sender outlives this future, which borrows it.
            let _ = elapsed.wait_for(|elapsed| *elapsed >= until).await;
        })
    }
}
