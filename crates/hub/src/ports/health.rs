//! What a system is doing, for people to see.

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

/// Whether calls are being made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum Condition {
    /// Calls are made.
    Healthy,
    /// The quota is used up.
    Throttled {
        /// When calls are made again.
        until: Timestamp,
    },
    /// Its last answer was of no use: it was not what its API promises, or refused our key. Calls are made all the same.
    Failing {
        /// Since when.
        since: Timestamp,
    },
    /// It failed repeatedly and is left alone.
    Open {
        /// When the next attempt is made.
        until: Timestamp,
    },
}

/// A snapshot of one system.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Health {
    /// The configured name of the system.
    pub system: String,
    /// Whether calls are being made.
    pub condition: Condition,
    /// When it last answered properly.
    pub last_ok_at: Option<Timestamp>,
    /// When it last failed.
    pub last_error_at: Option<Timestamp>,
    /// How it last failed, without addresses or secrets.
    pub last_error: Option<String>,
    /// Requests sent since the start, retries included.
    pub calls: u64,
    /// By how much its clock was ahead of ours when it last answered, in whole seconds; behind: negative.
    #[serde(skip)]
    pub clock_skew: Option<SignedDuration>,
    /// The limits and how much of them is used, the account's own first.
    pub quotas: Vec<Quota>,
}

impl Health {
    /// Current time by the system's clock, estimated from its answers. Timestamps in its data are compared with this.
    pub fn now_there(&self, now: Timestamp) -> Timestamp {
        self.clock_skew.and_then(|skew| now.saturating_add(skew).ok()).unwrap_or(now)
    }
}

/// How much of a limit is used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Quota {
    /// What the limit counts.
    pub name: &'static str,
    /// Credits per period.
    pub limit: u64,
    /// The period in seconds.
    pub per_seconds: u64,
    /// Credits used within the last period, other users' included as far as the system tells.
    pub used: u64,
    /// Credits left.
    pub remaining: u64,
    /// How many of the limit's credits background work leaves to people who wait.
    pub reserved: u64,
}
