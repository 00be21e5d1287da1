//! Hybrid logical clock that orders readings of outside systems. A timestamp is the wall clock's time or, if that is not
//! later than the previous timestamp, the previous timestamp plus one microsecond. So a reading that begins later always
//! has the later timestamp, also after the wall clock was set back.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};

use super::clock::Clock;

/// How far ahead timestamps are reserved in the database. After a crash, a process continues above the reservation.
const RESERVED_AHEAD: SignedDuration = SignedDuration::from_secs(1);
/// Maximum number of remembered leaps.
const KEPT_LEAPS: usize = 32;

/// The hybrid logical clock of a process, shared by all its clients of outside systems.
#[derive(Debug)]
pub struct ReadingClock {
    wall: Arc<dyn Clock>,
    last: AtomicI64,
    reserved: AtomicI64,
    /// For each leap to another process's later timestamp: the last timestamp before it.
    leaps: Mutex<VecDeque<i64>>,
}

/// A range of timestamps, stored in the database before a reading with one of them is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reservation {
    /// Latest timestamp that was issued.
    pub latest: Timestamp,
    /// End of the range. Later timestamps need another reservation.
    pub until: Timestamp,
}

impl ReadingClock {
    /// Creates a clock based on this wall clock.
    pub fn new(wall: Arc<dyn Clock>) -> Self {
        Self { wall, last: AtomicI64::new(0), reserved: AtomicI64::new(0), leaps: Mutex::default() }
    }

    /// Issues the timestamp of a reading that begins now.
    pub fn stamp(&self) -> Timestamp {
        let wall = self.wall.now().as_microsecond();
        let next = |last: i64| if wall < last { last + 1 } else { wall };
        let before = self.last.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |last| Some(next(last)));
        timestamp(next(before.unwrap_or_else(|last| last)))
    }

    /// The latest timestamp issued or observed.
    pub fn latest(&self) -> Timestamp {
        timestamp(self.last.load(Ordering::SeqCst))
    }

    /// Observes a timestamp from the database. Timestamps issued from now on are later.
    pub fn observe(&self, stamp: Timestamp) {
        let observed = stamp.as_microsecond();
        if observed <= self.wall.now().as_microsecond() {
            return;
        }
        let before = self.last.fetch_max(observed, Ordering::SeqCst);
        if before < observed {
            let mut leaps = self.leaps.lock().unwrap_or_else(PoisonError::into_inner);
            if leaps.len() == KEPT_LEAPS {
                leaps.pop_front();
            }
            leaps.push_back(before);
        }
    }

    /// Whether the order of this process's reading and another process's stored one is unknown, although the stored one
    /// has the later timestamp: this process's was issued before it observed how far ahead the other clock is.
    pub fn is_order_unknown(&self, reading: Timestamp, stored: Timestamp) -> bool {
        let (reading, stored) = (reading.as_microsecond(), stored.as_microsecond());
        let leaps = self.leaps.lock().unwrap_or_else(PoisonError::into_inner);
        leaps.iter().any(|before| reading <= *before && *before < stored)
    }

    /// How far the latest timestamp is ahead of the wall clock, because that was set back or another process's clock is
    /// ahead.
    pub fn ahead(&self) -> SignedDuration {
        self.latest().duration_since(self.wall.now()).max(SignedDuration::ZERO)
    }

    /// The reservation to store before the latest timestamp is stored; `None` if it is already reserved.
    pub fn reservation(&self) -> Option<Reservation> {
        let latest = self.latest();
        let due = latest.as_microsecond() > self.reserved.load(Ordering::SeqCst);
        due.then(|| Reservation { latest, until: latest.saturating_add(RESERVED_AHEAD).unwrap_or(Timestamp::MAX) })
    }

    /// Records that a reservation is in the database.
    pub fn reserved(&self, reservation: Reservation) {
        self.reserved.fetch_max(reservation.until.as_microsecond(), Ordering::SeqCst);
    }
}

fn timestamp(micros: i64) -> Timestamp {
    Timestamp::from_microsecond(micros).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::clock::ManualClock;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn clocks() -> (Arc<ManualClock>, ReadingClock) {
        let wall = Arc::new(ManualClock::new(at(10_000)));
        (wall.clone(), ReadingClock::new(wall))
    }

    #[test]
    fn h04_timestamps_increase_after_the_wall_clock_was_set_back() {
        let (wall, clock) = clocks();
        let first = clock.stamp();
        assert_eq!(first, at(10_000), "while the wall clock moves forward, it is the timestamp");
        wall.set_back(SignedDuration::from_mins(40));
        let (second, third) = (clock.stamp(), clock.stamp());
        assert!(first < second && second < third);
        assert_eq!(clock.ahead().as_mins(), 40);
        wall.advance(SignedDuration::from_mins(41));
        assert_eq!(clock.stamp(), at(10_060), "it is the wall clock again once that has caught up");
    }

    #[test]
    fn h04_timestamps_continue_above_observed_ones() {
        let (_, clock) = clocks();
        clock.observe(at(9_000));
        assert_eq!(clock.latest(), Timestamp::UNIX_EPOCH, "a timestamp in the past changes nothing");
        clock.observe(at(12_000));
        assert!(clock.stamp() > at(12_000));
    }

    #[test]
    fn h04_the_order_of_a_reading_issued_before_a_leap_is_unknown() {
        let (_, clock) = clocks();
        let reading = clock.stamp();
        assert!(!clock.is_order_unknown(reading, at(12_000)));
        clock.observe(at(12_000));
        assert!(clock.is_order_unknown(reading, at(12_000)));
        assert!(!clock.is_order_unknown(clock.stamp(), at(12_000)));
        assert!(!clock.is_order_unknown(at(9_000), at(9_500)), "both timestamps are from this clock");
    }

    #[test]
    fn h04_a_timestamp_is_reserved_before_it_is_stored() {
        let (wall, clock) = clocks();
        let stamp = clock.stamp();
        let reservation = clock.reservation().unwrap();
        assert!(reservation.latest == stamp && reservation.until > stamp);
        clock.reserved(reservation);
        clock.stamp();
        assert_eq!(clock.reservation(), None);
        wall.advance(SignedDuration::from_secs(2));
        clock.stamp();
        assert!(clock.reservation().is_some());
    }
}
