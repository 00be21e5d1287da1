//! What the clients of outside systems share with those of other processes: the calls of an account, and that a system
//! is left alone.

use std::fmt::Debug;

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};

/// What a call spends of one limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spending {
    /// The limit's name.
    pub meter: &'static str,
    /// How much.
    pub credits: u64,
    /// How much may be spent within any period.
    pub allowed: u64,
    /// The period.
    pub per: SignedDuration,
}

/// Keeps what all processes spend together. The hub implements it on its database, for the clients.
#[async_trait]
pub trait CallLedger: Debug + Send + Sync {
    /// Spends what a call costs: of all limits, or of none. The time: when it may be tried again.
    ///
    /// # Errors
    /// When the ledger cannot be read. The client's own limits hold all the same.
    async fn spend(&self, system: &str, spending: &[Spending]) -> Result<Result<(), Timestamp>, LedgerError>;

    /// Until when a system is left alone. In the past: one call may find out whether it answers again.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    async fn paused_until(&self, system: &str) -> Result<Option<Timestamp>, LedgerError>;

    /// Has every process leave a system alone.
    ///
    /// # Errors
    /// When the ledger cannot be written.
    async fn pause(&self, system: &str, until: Timestamp) -> Result<(), LedgerError>;

    /// Takes the one call that finds out, which keeps the others waiting until a time. `false`: another process has it.
    ///
    /// # Errors
    /// When the ledger cannot be written.
    async fn claim_probe(&self, system: &str, seen: Timestamp, until: Timestamp) -> Result<bool, LedgerError>;

    /// A system answers again.
    ///
    /// # Errors
    /// When the ledger cannot be written.
    async fn resume(&self, system: &str) -> Result<(), LedgerError>;
}

/// The ledger cannot be used.
#[derive(Debug, Clone, thiserror::Error)]
#[error("the calls that processes share cannot be counted: {0}")]
pub struct LedgerError(pub String);
