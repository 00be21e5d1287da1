//! Past versions of rows, for the search index.
//!
//! The filter, search and query endpoints of Freshservice use an index that lags by minutes. A row therefore keeps its
//! past versions for the duration of the lag, and the index reads the version of that time.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// A row with its recent versions.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Versioned<T> {
    now: T,
    since: Timestamp,
    /// Earlier versions with the end time of each, oldest first.
    past: Vec<(Timestamp, T)>,
    born: Timestamp,
}

impl<T: Clone> Versioned<T> {
    /// Creates a row at `at`.
    pub const fn new(row: T, at: Timestamp) -> Self {
        Self { now: row, since: at, past: Vec::new(), born: at }
    }

    /// The current version.
    pub const fn current(&self) -> &T {
        &self.now
    }

    /// The version at `at`, if the row existed.
    pub fn as_of(&self, at: Timestamp) -> Option<&T> {
        if at >= self.since {
            return Some(&self.now);
        }
        if at < self.born {
            return None;
        }
        self.past.iter().find(|(ended, _)| at < *ended).map(|(_, row)| row)
    }

    /// Replaces the row at `at`, and drops versions older than `lag`.
    pub fn replace(&mut self, row: T, at: Timestamp, lag: SignedDuration) {
        let before = std::mem::replace(&mut self.now, row);
        self.past.push((at, before));
        self.past.retain(|(ended, _)| at.duration_since(*ended) <= lag);
        self.since = at;
    }
}
