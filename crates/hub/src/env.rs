//! Time and fresh ids.

use std::sync::Arc;

use jiff::Timestamp;
use tessera_core::kernel::clock::Clock;
use uuid::Uuid;

/// Source of time and new ids for the journeys.
#[derive(Debug, Clone)]
pub struct Env {
    clock: Arc<dyn Clock>,
}

impl Env {
    /// Creates an environment with this clock.
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self { clock }
    }

    /// The current time, in whole microseconds.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
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
