//! How the clients of outside systems wait in tests.

use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use jiff::SignedDuration;
use tessera_connect::Sleeper;
use tessera_core::kernel::clock::ManualClock;
use tessera_hub::ports::max_wait;
use tessera_hub::{ManualTimer, Timer as _};

/// Longer than any client waits before it tries a call again: of jobs, only one that has the turn waits for so long.
const ONLY_IN_TURN: Duration = Duration::from_secs(31);

/// A wait is over at once, and advances the clock. A job that has the turn waits until the test has let so much time elapse.
#[derive(Debug)]
pub(super) struct Waits {
    pub(super) clock: Arc<ManualClock>,
    pub(super) timer: Arc<ManualTimer>,
}

impl Sleeper for Waits {
    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        let in_job = max_wait().is_some();
        if !in_job || duration < ONLY_IN_TURN {
            self.clock.advance(SignedDuration::try_from(duration).unwrap_or(SignedDuration::MAX));
            return Box::pin(std::future::ready(()));
        }
        let (timer, until) = (self.timer.clone(), self.timer.elapsed() + duration);
        Box::pin(async move { timer.until(until).await })
    }
}
