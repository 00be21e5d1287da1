//! Injected time and randomness.

use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use jiff::SignedDuration;
use tessera_core::kernel::clock::{Clock, ManualClock, SystemClock};

use super::backoff::{Jitter, RandomJitter};

/// Waiting.
pub trait Sleeper: std::fmt::Debug + Send + Sync {
    /// Completes after `duration`.
    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>>;
}

/// Waits on the runtime's timer.
#[derive(Debug, Default, Clone, Copy)]
pub struct TokioSleeper;

impl Sleeper for TokioSleeper {
    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        Box::pin(tokio::time::sleep(duration))
    }
}

/// Advances a [`ManualClock`] without waiting: for tests.
#[derive(Debug, Clone)]
pub struct ClockSleeper(pub Arc<ManualClock>);

impl Sleeper for ClockSleeper {
    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        self.0.advance(SignedDuration::try_from(duration).unwrap_or(SignedDuration::MAX));
        Box::pin(std::future::ready(()))
    }
}

/// Sources of time, waiting and randomness for a client.
#[derive(Debug, Clone)]
pub struct Environment {
    /// The present time.
    pub clock: Arc<dyn Clock>,
    /// Waiting.
    pub sleeper: Arc<dyn Sleeper>,
    /// The randomness of retries.
    pub jitter: Arc<dyn Jitter>,
}

impl Environment {
    /// The machine's clock, timer and randomness.
    pub fn system() -> Self {
        Self { clock: Arc::new(SystemClock), sleeper: Arc::new(TokioSleeper), jitter: Arc::new(RandomJitter) }
    }

    /// Virtual time: waiting advances `clock`, and every random wait has its full length.
    pub fn manual(clock: Arc<ManualClock>) -> Self {
        Self {
            clock: clock.clone(),
            sleeper: Arc::new(ClockSleeper(clock)),
            jitter: Arc::new(super::backoff::FullWait),
        }
    }
}
