//! What the search index still believes.
//!
//! The filter, search and query endpoints of Freshservice answer from an index that lags behind by minutes. A row therefore keeps
//! what it was for as long as the lag, and the index reads it as of then.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// A row with its recent past.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Versioned<T> {
    now: T,
    since: Timestamp,
    /// Earlier versions with the moment each ended, oldest first.
    past: Vec<(Timestamp, T)>,
    born: Timestamp,
}

impl<T: Clone> Versioned<T> {
    /// A row that begins to exist at `at`.
    pub const fn new(row: T, at: Timestamp) -> Self {
        Self { now: row, since: at, past: Vec::new(), born: at }
    }

    /// The row as it is.
    pub const fn current(&self) -> &T {
        &self.now
    }

    /// The row as it was at `at`, if it existed.
    pub fn as_of(&self, at: Timestamp) -> Option<&T> {
        if at >= self.since {
            return Some(&self.now);
        }
        if at < self.born {
            return None;
        }
        self.past.iter().find(|(ended, _)| at < *ended).map(|(_, row)| row)
    }

    /// Replaces the row at `at` and forgets what is older than `lag`.
    pub fn replace(&mut self, row: T, at: Timestamp, lag: SignedDuration) {
        let before = std::mem::replace(&mut self.now, row);
        self.past.push((at, before));
        self.past.retain(|(ended, _)| at.duration_since(*ended) <= lag);
        self.since = at;
    }
}
