//! Virtual time: the true time of the outside world, and the hub's clock, which may be set.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tessera_core::kernel::clock::{Clock, whole_micros};
use tokio::time::Instant;

/// The moment at which every story begins.
const START: Timestamp = Timestamp::constant(1_780_300_800, 0);

/// Both clocks. They go on with the virtual time of the runtime.
#[derive(Debug)]
pub struct Clocks {
    began: Instant,
    /// By how many microseconds the hub's clock is ahead of the true time.
    ahead: AtomicI64,
    /// The most by which it ever was.
    furthest: AtomicI64,
}

impl Clocks {
    /// Clocks that agree. Made inside the runtime whose time they show.
    pub fn start() -> Self {
        Self { began: Instant::now(), ahead: AtomicI64::new(0), furthest: AtomicI64::new(0) }
    }

    /// The virtual time since the beginning.
    pub fn elapsed(&self) -> Duration {
        self.began.elapsed()
    }

    /// The true time, by which outside systems go.
    pub fn true_now(&self) -> Timestamp {
        START + SignedDuration::try_from(self.elapsed()).unwrap_or_default()
    }

    /// Sets the hub's clock.
    pub fn set_hub(&self, by: SignedDuration) {
        let by = i64::try_from(by.as_micros()).unwrap_or_default();
        let before = self.ahead.fetch_add(by, Ordering::Relaxed);
        self.furthest.fetch_max(before + by, Ordering::Relaxed);
    }

    /// By how much the hub's clock is behind the latest time that it would show if it had never been set back.
    pub fn set_back_by(&self) -> SignedDuration {
        SignedDuration::from_micros(self.furthest.load(Ordering::Relaxed) - self.ahead.load(Ordering::Relaxed))
    }

    /// By how much the hub's clock is ahead.
    pub fn hub_ahead(&self) -> SignedDuration {
        SignedDuration::from_micros(self.ahead.load(Ordering::Relaxed))
    }
}

/// The hub's clock.
impl Clock for Clocks {
    fn now(&self) -> Timestamp {
        whole_micros(self.true_now() + self.hub_ahead())
    }

    fn monotonic(&self) -> Duration {
        self.elapsed()
    }
}
