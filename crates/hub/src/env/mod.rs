//! Time, waits and fresh ids.

mod timer;

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use tessera_core::kernel::clock::Clock;
use uuid::Uuid;

use timer::SystemTimer;
pub use timer::{ManualTimer, Timer};

/// A source of random bytes for ids and jitter. Secrets are not made of it.
pub trait Randomness: std::fmt::Debug + Send + Sync {
    /// The next bytes.
    fn bytes(&self) -> [u8; 10];
}

/// Source of time, waits and new ids for the journeys.
#[derive(Debug, Clone)]
pub struct Env {
    clock: Arc<dyn Clock>,
    timer: Arc<dyn Timer>,
    /// None: the operating system's.
    randomness: Option<Arc<dyn Randomness>>,
}

impl Env {
    /// Creates an environment with this clock, and the machine's timer.
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self::with_timer(clock, Arc::new(SystemTimer::new()))
    }

    /// Creates an environment with this clock and this timer.
    pub fn with_timer(clock: Arc<dyn Clock>, timer: Arc<dyn Timer>) -> Self {
        Self { clock, timer, randomness: None }
    }

    /// The same with this source of random bytes, so that a simulation can be repeated.
    #[must_use]
    pub fn with_randomness(self, randomness: Arc<dyn Randomness>) -> Self {
        Self { randomness: Some(randomness), ..self }
    }

    pub(crate) fn timer(&self) -> Arc<dyn Timer> {
        self.timer.clone()
    }

    /// The time since some moment in the past. It only ever goes forward, whatever becomes of the clock.
    pub(crate) fn elapsed(&self) -> Duration {
        self.timer.elapsed()
    }

    /// Waits until so much has elapsed.
    pub(crate) async fn until(&self, elapsed: Duration) {
        self.timer.until(elapsed).await;
    }

    /// Waits.
    pub(crate) async fn sleep(&self, duration: Duration) {
        self.until(self.elapsed() + duration).await;
    }

    /// Waits for something, but not for longer than this; none: it was longer.
    pub(crate) async fn timeout<T>(&self, limit: Duration, work: impl Future<Output = T>) -> Option<T> {
        tokio::select! {
            biased;
            done = work => Some(done),
            () = self.sleep(limit) => None,
        }
    }

    /// The current time, in whole microseconds.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// A random number, for jitter in waiting times.
    pub fn random_u32(&self) -> u32 {
        self.uuid().as_fields().3.iter().take(4).fold(0, |number, byte| number << 8 | u32::from(*byte))
    }

    /// A new `UUIDv7`, with the clock's time.
    pub fn uuid(&self) -> Uuid {
        let now = self.now();
        if let Some(randomness) = &self.randomness {
            let millis = u64::try_from(now.as_millisecond()).unwrap_or(0);
            return uuid::Builder::from_unix_timestamp_millis(millis, &randomness.bytes()).into_uuid();
        }
        let seconds = u64::try_from(now.as_second()).unwrap_or(0);
        let nanos = u32::try_from(now.subsec_nanosecond()).unwrap_or(0);
        Uuid::new_v7(uuid::Timestamp::from_unix(uuid::NoContext, seconds, nanos))
    }
}
