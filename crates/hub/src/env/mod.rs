//! Time, waits, fresh ids, and the cost of passwords.

mod timer;

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use jiff::Timestamp;
use tessera_core::kernel::clock::Clock;
use tessera_core::kernel::readings::ReadingClock;
use uuid::{ContextV7, Uuid};

pub use crate::credentials::password_hashing::PasswordCost;
use crate::credentials::password_hashing::Passwords;
use crate::ports::CallMeter;
use timer::SystemTimer;
pub use timer::{ManualTimer, Timer};

/// A source of random bytes for ids and jitter. Secrets are not made of it.
pub trait Randomness: std::fmt::Debug + Send + Sync {
    /// The next bytes.
    fn bytes(&self) -> [u8; 10];
}

/// Makes ids, each greater than all before.
#[derive(Debug)]
enum Ids {
    /// Counts the ids of one millisecond, and takes random bytes from the operating system.
    System(Mutex<ContextV7>),
    /// Takes random bytes from here. Each id has a millisecond of its own.
    Seeded(Arc<dyn Randomness>, AtomicU64),
}

/// Source of time, waits and new ids for the journeys.
#[derive(Debug, Clone)]
pub struct Env {
    clock: Arc<dyn Clock>,
    readings: Arc<ReadingClock>,
    timer: Arc<dyn Timer>,
    ids: Arc<Ids>,
    passwords: Passwords,
    calls: CallMeter,
}

impl Env {
    /// Creates an environment with this clock, the reading clock that all clients of outside systems share, and the
    /// machine's timer.
    pub fn new(clock: Arc<dyn Clock>, readings: Arc<ReadingClock>) -> Self {
        Self::with_timer(clock, readings, Arc::new(SystemTimer::new()))
    }

    /// Creates an environment with these clocks and this timer.
    pub fn with_timer(clock: Arc<dyn Clock>, readings: Arc<ReadingClock>, timer: Arc<dyn Timer>) -> Self {
        let passwords = Passwords::new(PasswordCost::default());
        let ids = Arc::new(Ids::System(Mutex::default()));
        Self { clock, readings, timer, ids, passwords, calls: CallMeter::default() }
    }

    /// The same with the meter of calls that all clients of outside systems share.
    #[must_use]
    pub fn with_call_meter(self, calls: CallMeter) -> Self {
        Self { calls, ..self }
    }

    /// The meter of calls that all clients of outside systems share.
    pub fn calls(&self) -> &CallMeter {
        &self.calls
    }

    /// The same with this source of random bytes, so that a simulation can be repeated.
    #[must_use]
    pub fn with_randomness(self, randomness: Arc<dyn Randomness>) -> Self {
        Self { ids: Arc::new(Ids::Seeded(randomness, AtomicU64::new(0))), ..self }
    }

    /// Monotonic time since a fixed moment. Setting the wall clock does not change it.
    pub fn monotonic(&self) -> Duration {
        self.clock.monotonic()
    }

    /// Timestamp of a reading that begins now, by the reading clock. Not comparable with [`Env::now`].
    pub fn reading(&self) -> Timestamp {
        self.readings.stamp()
    }

    /// The reading clock.
    pub(crate) fn readings(&self) -> &ReadingClock {
        &self.readings
    }

    /// Hashes passwords at another cost than that of [`PasswordCost::default`], for tests.
    #[must_use]
    pub fn with_password_cost(self, cost: PasswordCost) -> Self {
        Self { passwords: Passwords::new(cost), ..self }
    }

    pub(crate) const fn passwords(&self) -> &Passwords {
        &self.passwords
    }

    pub(crate) fn timer(&self) -> Arc<dyn Timer> {
        self.timer.clone()
    }

    /// The time since some moment in the past. It only ever goes forward, whatever becomes of the clock.
    pub(crate) fn elapsed(&self) -> Duration {
        self.timer.elapsed()
    }

    /// Waits until so much has elapsed.
    pub(crate) async fn until(&self, elapsed: Duration) {
        self.timer.until(elapsed).await;
    }

    /// Waits.
    pub(crate) async fn sleep(&self, duration: Duration) {
        self.until(self.elapsed() + duration).await;
    }

    /// Waits for something, but not for longer than this; none: it was longer.
    pub(crate) async fn timeout<T>(&self, limit: Duration, work: impl Future<Output = T>) -> Option<T> {
        tokio::select! {
            biased;
            done = work => Some(done),
            () = self.sleep(limit) => None,
        }
    }

    /// The current time, in whole microseconds.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// A random number, for jitter in waiting times.
    pub fn random_u32(&self) -> u32 {
        // The bits before these are a counter.
        u32::try_from(self.uuid().as_u128() & u128::from(u32::MAX)).unwrap_or_default()
    }

    /// A new `UUIDv7`, with the clock's time. It is greater than all that were made before, also within a millisecond and after the clock
    /// was set back, so rows that are ordered by id are in the order in which they were made. After a restart, the reading clock tells
    /// how far ids were. Its last 32 bits are random.
    pub fn uuid(&self) -> Uuid {
        let now = self.now().max(self.readings.latest());
        match &*self.ids {
            Ids::System(context) => {
                let seconds = u64::try_from(now.as_second()).unwrap_or(0);
                let nanos = u32::try_from(now.subsec_nanosecond()).unwrap_or(0);
                Uuid::new_v7(uuid::Timestamp::from_unix(context, seconds, nanos))
            }
            Ids::Seeded(randomness, last) => {
                let millis = u64::try_from(now.as_millisecond()).unwrap_or(0);
                let next = |last: u64| millis.max(last + 1);
                let last = last.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |last| Some(next(last)));
                let millis = next(last.unwrap_or_else(|last| last));
                uuid::Builder::from_unix_timestamp_millis(millis, &randomness.bytes()).into_uuid()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use tessera_core::kernel::clock::ManualClock;

    use super::*;

    #[test]
    fn h04_ids_are_in_the_order_in_which_they_were_made() {
        let clock = Arc::new(ManualClock::new("2026-06-01T08:00:00Z".parse().unwrap()));
        let env = Env::new(clock.clone(), Arc::new(ReadingClock::new(clock.clone())));
        let mut ids: Vec<Uuid> = (0..1_000).map(|_| env.clone().uuid()).collect();
        clock.advance(jiff::SignedDuration::from_mins(-40));
        ids.extend((0..10).map(|_| env.uuid()));
        clock.advance(jiff::SignedDuration::from_mins(41));
        ids.extend((0..10).map(|_| env.uuid()));
        assert!(ids.is_sorted_by(|one, next| one < next));
    }

    #[test]
    fn h04_ids_after_a_restart_are_greater_although_the_clock_was_set_back() {
        let clock = Arc::new(ManualClock::new("2026-06-01T08:00:00Z".parse().unwrap()));
        let readings = Arc::new(ReadingClock::new(clock.clone()));
        let before = Env::new(clock.clone(), readings.clone()).uuid();
        readings.stamp();
        clock.advance(jiff::SignedDuration::from_mins(-40));
        let resumed = Arc::new(ReadingClock::new(clock.clone()));
        resumed.observe(readings.reservation().unwrap().until);
        assert!(Env::new(clock, resumed).uuid() > before);
    }

    #[test]
    fn random_numbers_differ_within_a_millisecond() {
        let clock = Arc::new(ManualClock::new(Timestamp::UNIX_EPOCH));
        let env = Env::new(clock.clone(), Arc::new(ReadingClock::new(clock)));
        let numbers: Vec<u32> = (0..64).map(|_| env.random_u32()).collect();
        for bit in 0..32 {
            let ones = numbers.iter().filter(|number| *number >> bit & 1 == 1).count();
            assert!((8..57).contains(&ones), "bit {bit} is set in {ones} of 64");
        }
    }
}
