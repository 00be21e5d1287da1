//! Time and fresh ids.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use tessera_core::kernel::clock::Clock;
use tessera_core::kernel::readings::ReadingClock;
use uuid::Uuid;

/// Source of time and new ids for the journeys.
#[derive(Debug, Clone)]
pub struct Env {
    clock: Arc<dyn Clock>,
    readings: Arc<ReadingClock>,
}

impl Env {
    /// Creates an environment with this clock, and the clock of readings that all clients of outside systems share.
    pub fn new(clock: Arc<dyn Clock>, readings: Arc<ReadingClock>) -> Self {
        Self { clock, readings }
    }

    /// The current time, in whole microseconds.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// The time since a fixed moment, which goes on evenly when the wall clock is set.
    pub fn monotonic(&self) -> Duration {
        self.clock.monotonic()
    }

    /// The stamp of a reading that begins now, in the order of readings. Not a time to compare with [`Env::now`].
    pub fn reading(&self) -> Timestamp {
        self.readings.stamp()
    }

    /// The order of readings.
    pub(crate) fn readings(&self) -> &ReadingClock {
        &self.readings
    }

    /// A random number, for jitter in waiting times.
    pub fn random_u32(&self) -> u32 {
        self.uuid().as_fields().3.iter().take(4).fold(0, |number, byte| number << 8 | u32::from(*byte))
    }

    /// A new `UUIDv7`, with the clock's time.
    pub fn uuid(&self) -> Uuid {
        let now = self.now();
        let seconds = u64::try_from(now.as_second()).unwrap_or(0);
        let nanos = u32::try_from(now.subsec_nanosecond()).unwrap_or(0);
        Uuid::new_v7(uuid::Timestamp::from_unix(uuid::NoContext, seconds, nanos))
    }
}
