//! Where the stand-in takes its time from.

use std::fmt;
use std::sync::Arc;

use jiff::Timestamp;

/// A source of time that tests replace.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> Timestamp + Send + Sync>);

impl Clock {
    /// A clock that reads `now` every time.
    pub fn new(now: impl Fn() -> Timestamp + Send + Sync + 'static) -> Self {
        Self(Arc::new(now))
    }

    /// The machine's clock.
    pub fn system() -> Self {
        #[expect(clippy::disallowed_methods, reason = "the one place where the stand-in reads the machine's clock")]
        let now = Timestamp::now;
        Self::new(now)
    }

    /// The time, in whole seconds as Freshservice shows it.
    pub fn now(&self) -> Timestamp {
        let exact = (self.0)();
        Timestamp::from_second(exact.as_second()).unwrap_or(exact)
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Clock")
    }
}
