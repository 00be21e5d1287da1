//! Limits that all processes on one PostgreSQL database share: call budgets of outside systems, and rate limits.

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use tessera_store::{ApplyError, DatabaseKind, Store, StoreError};

use crate::ports::{CallLedger, LedgerError, Spending};
use crate::{Env, Hub, HubError, hash};

/// The call ledger in the database.
#[derive(Debug, Clone)]
pub struct SharedCalls {
    store: Store,
    env: Env,
}

impl SharedCalls {
    /// The ledger of a PostgreSQL database. `None` on SQLite, which only one process serves.
    pub fn of(store: &Store, env: &Env) -> Option<Self> {
        (store.reads().kind() == DatabaseKind::Postgres).then(|| Self { store: store.clone(), env: env.clone() })
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
    /// Whether other processes may serve the same database.
    pub fn shares_database(&self) -> bool {
        self.reads().kind() == DatabaseKind::Postgres
    }

    /// Number of attempts under a key within a window, over all processes.
    pub async fn attempts(&self, key: &str, window: SignedDuration) -> Result<i64, HubError> {
        Ok(self.technical().attempts(&hash(key), self.env.now() - window).await?)
    }

    /// Counts an attempt under a key. Returns the number of attempts within the window, including this one.
    pub async fn count_attempt(&self, key: &str, window: SignedDuration) -> Result<i64, HubError> {
        let now = self.env.now();
        Ok(self.technical().count_attempt(&hash(key), now, now - window).await?)
    }

    /// Counts an attempt under a key, unless `limit` attempts were counted within the window. `false`: the limit is
    /// reached.
    pub async fn take_attempt(&self, key: &str, limit: u32, window: SignedDuration) -> Result<bool, HubError> {
        let now = self.env.now();
        Ok(self.technical().take_attempt(&hash(key), limit, now, now - window).await?)
    }

    /// Takes back an attempt that was counted.
    pub async fn return_attempt(&self, key: &str, window: SignedDuration) -> Result<(), HubError> {
        Ok(self.technical().return_attempt(&hash(key), self.env.now() - window).await?)
    }
}
