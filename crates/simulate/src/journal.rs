//! The log of everything that happened in a story, by virtual time. Two runs of one seed have the same log, byte for byte.

use std::fmt::Write as _;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// The log of one story.
#[derive(Debug, Default)]
pub struct Journal(Mutex<String>);

impl Journal {
    /// Adds a line.
    pub fn note(&self, at: Duration, what: std::fmt::Arguments<'_>) {
        let mut text = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{:>12.6} {what}", at.as_secs_f64());
    }

    /// The whole log.
    pub fn take(&self) -> String {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
