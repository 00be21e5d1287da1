//! The order of readings: a hybrid logical clock. It shows the wall clock's time as long as that goes forward, and
//! counts on from the last stamp when it does not, so that a reading that began later always has the later stamp.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};

use super::clock::Clock;

/// How far ahead stamps are reserved in the database. A process that starts after a crash begins there.
const RESERVED_AHEAD: SignedDuration = SignedDuration::from_secs(1);
/// How many of the moments are kept at which this clock was found to be behind another process's.
const KEPT_LEAPS: usize = 32;

/// Stamps readings. Shared by everything in a process that reads outside systems.
#[derive(Debug)]
pub struct ReadingClock {
    wall: Arc<dyn Clock>,
    last: AtomicI64,
    reserved: AtomicI64,
    /// The last stamps before this clock learned of a later one of another process.
    leaps: Mutex<VecDeque<i64>>,
}

/// What has to be in the database before a reading with this process's latest stamp is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reservation {
    /// The latest stamp.
    pub latest: Timestamp,
    /// No stamp after this may be stored without a further reservation.
    pub until: Timestamp,
}

impl ReadingClock {
    /// A clock on top of this wall clock.
    pub fn new(wall: Arc<dyn Clock>) -> Self {
        Self { wall, last: AtomicI64::new(0), reserved: AtomicI64::new(0), leaps: Mutex::default() }
    }

    /// The stamp of a reading that begins now.
    pub fn stamp(&self) -> Timestamp {
        let wall = self.wall.now().as_microsecond();
        let next = |last: i64| if wall < last { last + 1 } else { wall };
        let before = self.last.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |last| Some(next(last)));
        timestamp(next(before.unwrap_or_else(|last| last)))
    }

    /// The latest stamp that is known.
    pub fn latest(&self) -> Timestamp {
        timestamp(self.last.load(Ordering::SeqCst))
    }

    /// Learns of a stamp that the database has: every later stamp of this clock follows it.
    pub fn learn(&self, stamp: Timestamp) {
        let learned = stamp.as_microsecond();
        if learned <= self.wall.now().as_microsecond() {
            return;
        }
        let before = self.last.fetch_max(learned, Ordering::SeqCst);
        if before < learned {
            let mut leaps = self.leaps.lock().unwrap_or_else(PoisonError::into_inner);
            if leaps.len() == KEPT_LEAPS {
                leaps.pop_front();
            }
            leaps.push_back(before);
        }
    }

    /// Whether the order of a reading of this process and an earlier stored one of another process is unknown: its
    /// stamp was made before this clock learned how far ahead the other one is.
    pub fn is_order_unknown(&self, reading: Timestamp, stored: Timestamp) -> bool {
        let (reading, stored) = (reading.as_microsecond(), stored.as_microsecond());
        let leaps = self.leaps.lock().unwrap_or_else(PoisonError::into_inner);
        leaps.iter().any(|before| reading <= *before && *before < stored)
    }

    /// How far the latest stamp is ahead of the wall clock: after the clock was set back, or when another process's
    /// clock is ahead.
    pub fn ahead(&self) -> SignedDuration {
        self.latest().duration_since(self.wall.now()).max(SignedDuration::ZERO)
    }

    /// What has to be reserved before the latest stamp is stored; none: it is reserved.
    pub fn reservation(&self) -> Option<Reservation> {
        let latest = self.latest();
        let due = latest.as_microsecond() > self.reserved.load(Ordering::SeqCst);
        due.then(|| Reservation { latest, until: latest.saturating_add(RESERVED_AHEAD).unwrap_or(Timestamp::MAX) })
    }

    /// Notes that a reservation is in the database.
    pub fn is_reserved(&self, reservation: Reservation) {
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
    fn h04_stamps_follow_each_other_when_the_wall_clock_is_set_back() {
        let (wall, clock) = clocks();
        let first = clock.stamp();
        assert_eq!(first, at(10_000), "as long as it goes forward, it is the wall clock's time");
        wall.set_back(SignedDuration::from_mins(40));
        let (second, third) = (clock.stamp(), clock.stamp());
        assert!(first < second && second < third);
        assert_eq!(clock.ahead().as_mins(), 40);
        wall.advance(SignedDuration::from_mins(41));
        assert_eq!(clock.stamp(), at(10_060), "it returns to the wall clock as soon as that has caught up");
    }

    #[test]
    fn h04_stamps_go_on_above_what_the_database_knows() {
        let (_, clock) = clocks();
        clock.learn(at(9_000));
        assert_eq!(clock.latest(), Timestamp::UNIX_EPOCH, "what is past needs no learning");
        clock.learn(at(12_000));
        assert!(clock.stamp() > at(12_000));
    }

    #[test]
    fn h04_a_reading_that_began_before_the_clock_learned_has_no_known_order() {
        let (_, clock) = clocks();
        let reading = clock.stamp();
        assert!(!clock.is_order_unknown(reading, at(12_000)));
        clock.learn(at(12_000));
        assert!(clock.is_order_unknown(reading, at(12_000)));
        assert!(!clock.is_order_unknown(clock.stamp(), at(12_000)));
        assert!(!clock.is_order_unknown(at(9_000), at(9_500)), "both stamps are this clock's own");
    }

    #[test]
    fn h04_a_stamp_is_reserved_before_it_is_stored() {
        let (wall, clock) = clocks();
        let stamp = clock.stamp();
        let reservation = clock.reservation().unwrap();
        assert!(reservation.latest == stamp && reservation.until > stamp);
        clock.is_reserved(reservation);
        clock.stamp();
        assert_eq!(clock.reservation(), None);
        wall.advance(SignedDuration::from_secs(2));
        clock.stamp();
        assert!(clock.reservation().is_some());
    }
}
