//! Call budget and circuit breaker of a system, shared with the clients of other processes on the same database. If the
//! ledger cannot be used, this is logged, and only the client's own limits apply.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tessera_core::kernel::outage::{Outage, OutageLine};
use tessera_hub::ports::{CallLedger, LedgerError, Spending};

use super::environment::Environment;

/// Lifetime of the cached pause.
const CACHED_FOR: SignedDuration = SignedDuration::from_secs(1);
/// How long a probe keeps other calls waiting.
const PROBE_TAKES: SignedDuration = SignedDuration::from_secs(30);

/// The cached pause, with the steady time at which it was read.
type CachedPause = Option<(Timestamp, Option<Timestamp>)>;

/// The shared state of one system.
#[derive(Debug)]
pub(super) struct Shared {
    system: String,
    ledger: Arc<dyn CallLedger>,
    environment: Environment,
    cache: Mutex<CachedPause>,
    outage: Mutex<Outage>,
}

impl Shared {
    /// The shared state of a system. `None` without a ledger.
    pub(super) fn of(system: &str, environment: &Environment) -> Option<Self> {
        let ledger = environment.ledger.clone()?;
        let (system, environment) = (system.to_owned(), environment.clone());
        Some(Self { system, ledger, environment, cache: Mutex::default(), outage: Mutex::default() })
    }

    /// Spends the cost of a call, or returns how long to wait.
    pub(super) async fn spend(&self, spending: &[Spending]) -> Result<(), Duration> {
        match self.ledger.spend(&self.system, spending).await {
            Ok(taken) => {
                self.outage().worked(self.environment.clock.monotonic());
                taken.map_err(|until| self.wait(until))
            }
            Err(error) => {
                self.warn(&error);
                Ok(())
            }
        }
    }

    /// Admits a call, or returns how long the system is still paused. After a pause, one call of all processes is the
    /// probe: `true`.
    pub(super) async fn admit(&self) -> Result<bool, Duration> {
        let Some(until) = self.current_pause().await else { return Ok(false) };
        let now = self.environment.clock.now();
        if until > now {
            return Err(self.wait(until));
        }
        let next = now.saturating_add(PROBE_TAKES).unwrap_or(Timestamp::MAX);
        match self.ledger.claim_probe(&self.system, until, next).await {
            Ok(true) => {
                self.cache_pause(Some(next));
                Ok(true)
            }
            Ok(false) => {
                self.drop_cache();
                Err(Duration::from_secs(1))
            }
            Err(error) => {
                self.warn(&error);
                Ok(false)
            }
        }
    }

    /// The probe was answered. Ends the pause.
    pub(super) async fn resume(&self) {
        self.cache_pause(None);
        if let Err(error) = self.ledger.resume(&self.system).await {
            self.warn(&error);
        }
    }

    /// Pauses the calls of all processes.
    pub(super) async fn pause(&self, wait: SignedDuration) {
        let until = self.environment.clock.now().saturating_add(wait).unwrap_or(Timestamp::MAX);
        self.cache_pause(Some(until));
        if let Err(error) = self.ledger.pause(&self.system, until).await {
            self.warn(&error);
        }
    }

    async fn current_pause(&self) -> Option<Timestamp> {
        let cached = *self.cache.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((at, pause)) = cached
            && self.environment.steady_now().duration_since(at) < CACHED_FOR
        {
            return pause;
        }
        match self.ledger.paused_until(&self.system).await {
            Ok(pause) => {
                self.cache_pause(pause);
                pause
            }
            Err(error) => {
                self.warn(&error);
                None
            }
        }
    }

    fn cache_pause(&self, pause: Option<Timestamp>) {
        *self.cache.lock().unwrap_or_else(PoisonError::into_inner) = Some((self.environment.steady_now(), pause));
    }

    fn drop_cache(&self) {
        *self.cache.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    fn wait(&self, until: Timestamp) -> Duration {
        Duration::try_from(until.duration_since(self.environment.clock.now())).unwrap_or_default()
    }

    fn warn(&self, error: &LedgerError) {
        if let Some(OutageLine { failures, .. }) = self.outage().failed(self.environment.clock.monotonic()) {
            tracing::warn!(system = self.system, %error, failures, "calls of other processes are not counted");
        }
    }

    fn outage(&self) -> std::sync::MutexGuard<'_, Outage> {
        self.outage.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
