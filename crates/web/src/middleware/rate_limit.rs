//! Rate limit of failed attempts per client or login, by the minute or a longer period.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};

/// With more entries than this, expired ones are removed.
const PLACES: usize = 10_000;

/// Counts failed attempts by key: a client's address, or a login.
#[derive(Debug)]
pub struct RateLimit {
    window: SignedDuration,
    places: Mutex<HashMap<String, (Timestamp, u32)>>,
}

/// A window of one minute.
impl Default for RateLimit {
    fn default() -> Self {
        Self::within(SignedDuration::from_mins(1))
    }
}

impl RateLimit {
    /// Counts within a window of this length.
    pub fn within(window: SignedDuration) -> Self {
        Self { window, places: Mutex::default() }
    }

    /// Whether there were `limit` failed attempts within the window.
    pub fn is_blocked(&self, place: &str, limit: u32, now: Timestamp) -> bool {
        let places = self.places.lock().unwrap_or_else(PoisonError::into_inner);
        places.get(place).is_some_and(|(since, count)| *count >= limit && now.duration_since(*since) < self.window)
    }

    /// Counts a failed attempt.
    pub fn failed(&self, place: &str, now: Timestamp) {
        let mut places = self.places.lock().unwrap_or_else(PoisonError::into_inner);
        if places.len() >= PLACES {
            places.retain(|_, (since, _)| now.duration_since(*since) < self.window);
        }
        let entry = places.entry(place.to_owned()).or_insert((now, 0));
        if now.duration_since(entry.0) >= self.window {
            *entry = (now, 0);
        }
        entry.1 += 1;
    }

    /// Takes back one that was counted.
    pub fn forgive(&self, place: &str) {
        let mut places = self.places.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, count)) = places.get_mut(place) {
            *count = count.saturating_sub(1);
        }
    }
}

/// Something that a person opens, which counts against their limit: unless it is dropped before it
/// [`counts`](Self::counts), because the hub failed or the connection was given up.
#[derive(Debug)]
pub(crate) struct CountedAttempt<'a> {
    limit: &'a RateLimit,
    key: String,
    counts: bool,
}

impl<'a> CountedAttempt<'a> {
    /// Counts an attempt; `None`: there were too many.
    pub(crate) fn begin(limit: &'a RateLimit, key: String, most: u32, now: Timestamp) -> Option<Self> {
        if limit.is_blocked(&key, most, now) {
            return None;
        }
        limit.failed(&key, now);
        Some(Self { limit, key, counts: false })
    }

    /// It was carried out, or rejected for what was in it.
    pub(crate) fn counts(mut self) {
        self.counts = true;
    }
}

impl Drop for CountedAttempt<'_> {
    fn drop(&mut self) {
        if !self.counts {
            self.limit.forgive(&self.key);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_fails_too_often_waits_out_the_minute() {
        let (throttle, start) = (RateLimit::default(), Timestamp::UNIX_EPOCH);
        for _ in 0..3 {
            assert!(!throttle.is_blocked("a", 3, start));
            throttle.failed("a", start);
        }
        assert!(throttle.is_blocked("a", 3, start));
        assert!(!throttle.is_blocked("b", 3, start));
        let later = start + SignedDuration::from_secs(61);
        assert!(!throttle.is_blocked("a", 3, later));
        throttle.failed("a", later);
        assert!(!throttle.is_blocked("a", 3, later), "a new minute begins at nought");
    }

    #[test]
    fn an_attempt_that_the_hub_could_not_carry_out_does_not_count() {
        let (limit, now) = (RateLimit::default(), Timestamp::UNIX_EPOCH);
        let begin = || CountedAttempt::begin(&limit, "a".to_owned(), 2, now);
        for _ in 0..10 {
            drop(begin().unwrap());
        }
        begin().unwrap().counts();
        begin().unwrap().counts();
        assert!(begin().is_none());
    }
}
