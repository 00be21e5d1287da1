//! Port for call budgets and circuit breakers that the clients of outside systems share with those of other processes.

use std::fmt::Debug;

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};

/// The cost of a call under one limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spending {
    /// Name of the limit.
    pub meter: &'static str,
    /// Cost.
    pub credits: u64,
    /// Maximum that may be spent within any period.
    pub allowed: u64,
    /// Period of the limit.
    pub per: SignedDuration,
}

/// Ledger of the calls of all processes. The hub implements it on its database.
#[async_trait]
pub trait CallLedger: Debug + Send + Sync {
    /// Spends the cost of a call under all limits, or under none. The inner error is the time of the next attempt.
    ///
    /// # Errors
    /// When the ledger cannot be read. The client's own limits still apply.
    async fn spend(&self, system: &str, spending: &[Spending]) -> Result<Result<(), Timestamp>, LedgerError>;

    /// End of the pause during which a system is not called. In the past: one call may probe whether it answers again.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    async fn paused_until(&self, system: &str) -> Result<Option<Timestamp>, LedgerError>;

    /// Pauses the calls of all processes to a system.
    ///
    /// # Errors
    /// When the ledger cannot be written.
    async fn pause(&self, system: &str, until: Timestamp) -> Result<(), LedgerError>;

    /// Claims the probe of a paused system, and extends the pause for all other calls. `false`: another process has
    /// claimed it.
    ///
    /// # Errors
    /// When the ledger cannot be written.
    async fn claim_probe(&self, system: &str, seen: Timestamp, until: Timestamp) -> Result<bool, LedgerError>;

    /// Ends the pause of a system.
    ///
    /// # Errors
    /// When the ledger cannot be written.
    async fn resume(&self, system: &str) -> Result<(), LedgerError>;
}

/// The ledger cannot be used.
#[derive(Debug, Clone, thiserror::Error)]
#[error("the calls that processes share cannot be counted: {0}")]
pub struct LedgerError(pub String);
