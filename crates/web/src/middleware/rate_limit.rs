//! Rate limit of failed attempts per client or login, by the minute or a longer period.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};
use tessera_hub::hash;

/// Maximum number of keys. At that many, those whose window has ended are removed; and, if that is not half of them, those
/// whose window began first.
const MAX_KEYS: usize = 100_000;

/// Counts failed attempts by key: a client's address, or a login. Keys are kept as hashes, because clients choose how long
/// a login is.
#[derive(Debug)]
pub struct RateLimit {
    window: SignedDuration,
    places: Mutex<HashMap<[u8; 32], (Timestamp, u32)>>,
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
        places
            .get(&hash(place))
            .is_some_and(|(since, count)| *count >= limit && now.duration_since(*since) < self.window)
    }

    /// Counts an attempt. Returns the number of attempts within the window, including this one.
    pub fn failed(&self, place: &str, now: Timestamp) -> u32 {
        self.take_up_to(place, u32::MAX, now).unwrap_or(u32::MAX)
    }

    /// Counts an attempt, unless the limit is reached. `false`: it is.
    pub fn take(&self, place: &str, limit: u32, now: Timestamp) -> bool {
        self.take_up_to(place, limit, now).is_some()
    }

    fn take_up_to(&self, place: &str, limit: u32, now: Timestamp) -> Option<u32> {
        let mut places = self.places.lock().unwrap_or_else(PoisonError::into_inner);
        if places.len() >= MAX_KEYS {
            self.make_room(&mut places, now);
        }
        let (since, count) = places.entry(hash(place)).or_insert((now, 0));
        if now.duration_since(*since) >= self.window {
            (*since, *count) = (now, 0);
        }
        if *count >= limit {
            return None;
        }
        *count += 1;
        Some(*count)
    }

    fn make_room(&self, places: &mut HashMap<[u8; 32], (Timestamp, u32)>, now: Timestamp) {
        places.retain(|_, (since, _)| now.duration_since(*since) < self.window);
        if places.len() > MAX_KEYS / 2 {
            let mut begun: Vec<Timestamp> = places.values().map(|(since, _)| *since).collect();
            begun.sort_unstable();
            let middle = begun[begun.len() / 2];
            places.retain(|_, (since, _)| *since > middle);
        }
    }

    /// Takes back an attempt that was counted.
    pub fn forgive(&self, place: &str) {
        let mut places = self.places.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, count)) = places.get_mut(&hash(place)) {
            *count = count.saturating_sub(1);
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
    fn p03_the_number_of_counted_keys_is_bounded() {
        let (throttle, start) = (RateLimit::default(), Timestamp::UNIX_EPOCH);
        for n in 0..=i64::try_from(MAX_KEYS).unwrap() {
            throttle.failed(&format!("{n}"), start + SignedDuration::from_micros(n));
        }
        let places = throttle.places.lock().unwrap();
        assert!(places.len() <= MAX_KEYS / 2 + 1, "{}", places.len());
        assert!(places.contains_key(&hash(&MAX_KEYS.to_string())), "the latest are kept");
    }
}
