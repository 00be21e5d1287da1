//! The clock of the stand-ins.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use jiff::Timestamp;

/// A clock that the stand-ins share by cloning: the system clock, or a manual one for tests.
#[derive(Debug, Clone, Default)]
pub struct Clock(Option<Arc<AtomicI64>>);

impl Clock {
    /// The system clock.
    pub const fn system() -> Self {
        Self(None)
    }

    /// A manual clock set to `start`. It changes only with [`Clock::advance`].
    pub fn manual(start: Timestamp) -> Self {
        Self(Some(Arc::new(AtomicI64::new(start.as_microsecond()))))
    }

    /// The current time.
    #[expect(clippy::disallowed_methods, reason = "this is the one place where the stand-ins read the machine's clock")]
    pub fn now(&self) -> Timestamp {
        match &self.0 {
            Some(micros) => Timestamp::from_microsecond(micros.load(Ordering::SeqCst)).unwrap_or(Timestamp::MAX),
            None => Timestamp::now(),
        }
    }

    /// Advances a manual clock and all its clones. Has no effect on the system clock.
    pub fn advance(&self, by: Duration) {
        if let Some(micros) = &self.0 {
            micros.fetch_add(i64::try_from(by.as_micros()).unwrap_or(i64::MAX), Ordering::SeqCst);
        }
    }
}
