//! The source of the current time. The rules never read a clock; their callers read it through [`Clock`].

use std::sync::LazyLock;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};

/// A source of the current time, in UTC, with microsecond precision.
pub trait Clock: std::fmt::Debug + Send + Sync {
    /// The current time, truncated to microseconds, the precision of both databases.
    fn now(&self) -> Timestamp;

    /// Monotonic time since a fixed moment. Setting the wall clock does not change it.
    fn monotonic(&self) -> Duration;
}

/// Truncates a time to microseconds.
pub fn whole_micros(time: Timestamp) -> Timestamp {
    Timestamp::from_microsecond(time.as_microsecond()).unwrap_or(time)
}

/// Whether periodic work that last ran at `last` is due. If `last` is in the future (the clock was set back, or another
/// process's clock is ahead), the next run is delayed by at most one period.
pub fn is_due(last: Timestamp, every: SignedDuration, now: Timestamp) -> bool {
    now.duration_since(last).abs() >= every
}

/// The system clock.
#[derive(Debug, Default, Clone, Copy)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the one place where the machine's clock is read")]
    fn now(&self) -> Timestamp {
        whole_micros(Timestamp::now())
    }

    fn monotonic(&self) -> Duration {
        static START: LazyLock<Instant> = LazyLock::new(Instant::now);
        START.elapsed()
    }
}

/// A clock for tests, which changes only when it is advanced.
#[derive(Debug)]
pub struct ManualClock {
    wall: AtomicI64,
    monotonic: AtomicU64,
}

impl ManualClock {
    /// Creates a clock set to `start`.
    pub fn new(start: Timestamp) -> Self {
        Self { wall: AtomicI64::new(start.as_microsecond()), monotonic: AtomicU64::new(0) }
    }

    /// Advances the clock.
    pub fn advance(&self, by: SignedDuration) {
        let micros = i64::try_from(by.as_micros()).unwrap_or(i64::MAX);
        self.wall.fetch_add(micros, Ordering::SeqCst);
        self.monotonic.fetch_add(u64::try_from(micros).unwrap_or(0), Ordering::SeqCst);
    }

    /// Sets the wall clock back, as a person or NTP does. The monotonic clock is not changed.
    pub fn set_back(&self, by: SignedDuration) {
        self.wall.fetch_sub(i64::try_from(by.as_micros()).unwrap_or(i64::MAX), Ordering::SeqCst);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_microsecond(self.wall.load(Ordering::SeqCst)).unwrap_or(Timestamp::UNIX_EPOCH)
    }

    fn monotonic(&self) -> Duration {
        Duration::from_micros(self.monotonic.load(Ordering::SeqCst))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn h04_setting_the_clock_back_delays_periodic_work_by_at_most_one_period() {
        let (now, every) = (Timestamp::UNIX_EPOCH, SignedDuration::from_mins(15));
        assert!(is_due(now - every, every, now));
        assert!(!is_due(now - SignedDuration::from_mins(14), every, now));
        assert!(!is_due(now + SignedDuration::from_mins(1), every, now), "clocks of two processes differ a little");
        assert!(is_due(now + SignedDuration::from_mins(40), every, now));
    }
}
