//! Limits that all processes on one PostgreSQL database keep together: calls to outside systems, and failed attempts.

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use tessera_store::{ApplyError, Store, StoreError};

use crate::ports::{CallLedger, LedgerError, Spending};
use crate::{Env, Hub, HubError, hash};

/// The calls of all processes, in the database.
#[derive(Debug, Clone)]
pub struct SharedCalls {
    store: Store,
    env: Env,
}

impl SharedCalls {
    /// The ledger of a database that several processes may use; none on SQLite, where one process is alone.
    pub fn of(store: &Store, env: &Env) -> Option<Self> {
        (store.reads().kind() == "postgres").then(|| Self { store: store.clone(), env: env.clone() })
    }
}

fn unusable(error: StoreError) -> LedgerError {
    LedgerError(error.to_string())
}

fn unwritten(error: ApplyError) -> LedgerError {
    LedgerError(error.to_string())
}

fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

#[async_trait]
impl CallLedger for SharedCalls {
    async fn spend(&self, system: &str, spending: &[Spending]) -> Result<Result<(), Timestamp>, LedgerError> {
        let of = |it: &Spending| tessera_store::technical::Spending {
            meter: it.meter,
            credits: signed(it.credits),
            allowed: signed(it.allowed),
            per: it.per,
        };
        let spending: Vec<_> = spending.iter().map(of).collect();
        self.store.technical().spend_calls(system, self.env.now(), &spending).await.map_err(unusable)
    }

    async fn paused_until(&self, system: &str) -> Result<Option<Timestamp>, LedgerError> {
        self.store.technical().calls_paused_until(system).await.map_err(unusable)
    }

    async fn pause(&self, system: &str, until: Timestamp) -> Result<(), LedgerError> {
        self.store.technical().pause_calls(system, until).await.map_err(unwritten)
    }

    async fn claim_probe(&self, system: &str, seen: Timestamp, until: Timestamp) -> Result<bool, LedgerError> {
        self.store.technical().claim_probe(system, seen, until).await.map_err(unusable)
    }

    async fn resume(&self, system: &str) -> Result<(), LedgerError> {
        self.store.technical().resume_calls(system).await.map_err(unwritten)
    }
}

impl Hub {
    /// Whether other processes may use the same database.
    pub fn may_have_neighbours(&self) -> bool {
        self.reads().kind() == "postgres"
    }

    /// How many attempts under a key failed within a window, in all processes.
    pub async fn failed_attempts(&self, key: &str, window: SignedDuration) -> Result<i64, HubError> {
        Ok(self.technical().failed_attempts(&hash(key), self.env.now() - window).await?)
    }

    /// Counts a failed attempt under a key, for all processes.
    pub async fn count_failed_attempt(&self, key: &str, window: SignedDuration) -> Result<(), HubError> {
        let now = self.env.now();
        Ok(self.technical().count_failed_attempt(&hash(key), now, now - window).await?)
    }
}
