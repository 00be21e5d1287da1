//! Injected time and randomness.

use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tessera_core::kernel::clock::{Clock, ManualClock, SystemClock};
use tessera_core::kernel::readings::ReadingClock;
use tessera_hub::ports::{CallLedger, CallMeter};

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
    /// Wall-clock time at the zero of the monotonic clock.
    steady_from: Timestamp,
    /// The reading clock, which all clients share.
    pub readings: Arc<ReadingClock>,
    /// Ledger of the calls of all processes. `None`: only this process serves the database.
    pub ledger: Option<Arc<dyn CallLedger>>,
    /// Counts the calls of all clients.
    pub meter: CallMeter,
    /// Waiting.
    pub sleeper: Arc<dyn Sleeper>,
    /// The randomness of retries.
    pub jitter: Arc<dyn Jitter>,
}

impl Environment {
    /// Current time by the monotonic clock, for waits, periods and ages within this process.
    pub fn steady_now(&self) -> Timestamp {
        self.steady_from.saturating_add(self.clock.monotonic()).unwrap_or(Timestamp::MAX)
    }

    fn new(clock: Arc<dyn Clock>, sleeper: Arc<dyn Sleeper>, jitter: Arc<dyn Jitter>) -> Self {
        let steady_from = clock.now().saturating_sub(clock.monotonic()).unwrap_or(Timestamp::MIN);
        let readings = Arc::new(ReadingClock::new(clock.clone()));
        Self { clock, steady_from, readings, ledger: None, meter: CallMeter::default(), sleeper, jitter }
    }

    /// The machine's clock, timer and randomness.
    pub fn system() -> Self {
        Self::new(Arc::new(SystemClock), Arc::new(TokioSleeper), Arc::new(RandomJitter))
    }

    /// Virtual time: waiting advances `clock`, and every random wait has its full length.
    pub fn manual(clock: Arc<ManualClock>) -> Self {
        Self::new(clock.clone(), Arc::new(ClockSleeper(clock)), Arc::new(super::backoff::FullWait))
    }
}
