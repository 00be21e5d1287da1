//! What a client shares with the clients of other processes on the same database. What cannot be shared at present is
//! logged, and the client's own limits hold alone.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tessera_hub::ports::{CallLedger, LedgerError, Spending};

use super::environment::Environment;

/// How long what is known of a pause is used.
const KNOWN_FOR: SignedDuration = SignedDuration::from_secs(1);
/// How long a single call that finds out whether a system answers again keeps the others waiting.
const PROBE_TAKES: SignedDuration = SignedDuration::from_secs(30);

/// A pause as it was last read, and when that was by the steady clock.
type Known = Option<(Timestamp, Option<Timestamp>)>;

/// The shared side of one system.
#[derive(Debug)]
pub(super) struct Shared {
    system: String,
    ledger: Arc<dyn CallLedger>,
    environment: Environment,
    known: Mutex<Known>,
}

impl Shared {
    /// For a system, if the environment has a ledger.
    pub(super) fn of(system: &str, environment: &Environment) -> Option<Self> {
        let ledger = environment.ledger.clone()?;
        let (system, environment) = (system.to_owned(), environment.clone());
        Some(Self { system, ledger, environment, known: Mutex::default() })
    }

    /// Spends what a call costs, or says how long to wait.
    pub(super) async fn spend(&self, spending: &[Spending]) -> Result<(), Duration> {
        match self.ledger.spend(&self.system, spending).await {
            Ok(Err(until)) => Err(self.wait(until)),
            Ok(Ok(())) => Ok(()),
            Err(error) => {
                self.complain(&error);
                Ok(())
            }
        }
    }

    /// Lets a call through, or says how long the system is left alone. When a pause is over, one call of all processes
    /// goes first: true.
    pub(super) async fn admit(&self) -> Result<bool, Duration> {
        let Some(until) = self.pause().await else { return Ok(false) };
        let now = self.environment.clock.now();
        if until > now {
            return Err(self.wait(until));
        }
        let next = now.saturating_add(PROBE_TAKES).unwrap_or(Timestamp::MAX);
        match self.ledger.claim_probe(&self.system, until, next).await {
            Ok(true) => {
                self.know(Some(next));
                Ok(true)
            }
            Ok(false) => {
                self.forget();
                Err(Duration::from_secs(1))
            }
            Err(error) => {
                self.complain(&error);
                Ok(false)
            }
        }
    }

    /// The call that finds out was answered: everybody goes on.
    pub(super) async fn resume(&self) {
        self.know(None);
        if let Err(error) = self.ledger.resume(&self.system).await {
            self.complain(&error);
        }
    }

    /// Every process leaves the system alone.
    pub(super) async fn leave_alone(&self, wait: SignedDuration) {
        let until = self.environment.clock.now().saturating_add(wait).unwrap_or(Timestamp::MAX);
        self.know(Some(until));
        if let Err(error) = self.ledger.pause(&self.system, until).await {
            self.complain(&error);
        }
    }

    async fn pause(&self) -> Option<Timestamp> {
        if let Some(pause) = self.known_pause() {
            return pause;
        }
        match self.ledger.paused_until(&self.system).await {
            Ok(pause) => {
                self.know(pause);
                pause
            }
            Err(error) => {
                self.complain(&error);
                None
            }
        }
    }

    fn known_pause(&self) -> Option<Option<Timestamp>> {
        let known = *self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.filter(|(at, _)| self.environment.steady_now().duration_since(*at) < KNOWN_FOR).map(|(_, pause)| pause)
    }

    fn know(&self, pause: Option<Timestamp>) {
        *self.known.lock().unwrap_or_else(PoisonError::into_inner) = Some((self.environment.steady_now(), pause));
    }

    fn forget(&self) {
        *self.known.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    fn wait(&self, until: Timestamp) -> Duration {
        Duration::try_from(until.duration_since(self.environment.clock.now())).unwrap_or_default()
    }

    fn complain(&self, error: &LedgerError) {
        tracing::warn!(system = self.system, %error, "this process counts alone");
    }
}
