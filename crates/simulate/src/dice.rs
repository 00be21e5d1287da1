//! Seeded chance. Each purpose has a stream of its own, so that one more draw for one purpose leaves the others as they were.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use tessera_hub::Randomness;

/// What chance decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stream {
    /// What happens in the story, and when.
    Story = 1,
    /// What becomes of calls of outside systems.
    Calls = 2,
    /// What becomes of calls of the database.
    Disk = 3,
    /// When the hub dies.
    Deaths = 4,
    /// Ids and jitter of the hub.
    Ids = 5,
    /// What clients do after an error.
    Clients = 6,
}

/// One stream of chance.
#[derive(Debug)]
pub struct Dice(Mutex<StdRng>);

impl Dice {
    /// The stream of a seed.
    pub fn new(seed: u64, stream: Stream) -> Self {
        Self(Mutex::new(StdRng::seed_from_u64(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ stream as u64)))
    }

    /// A number below `end`.
    pub fn below(&self, end: u64) -> u64 {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).random_range(0..end.max(1))
    }

    /// Whether something happens that happens so often in a thousand times.
    pub fn chance(&self, per_mille: u64) -> bool {
        self.below(1000) < per_mille
    }

    /// One of these.
    pub fn pick<T: Copy>(&self, of: &[T]) -> T {
        of[usize::try_from(self.below(of.len() as u64)).unwrap_or_default()]
    }

    /// A time between two, in whole milliseconds.
    pub fn between(&self, shortest: Duration, longest: Duration) -> Duration {
        let span = u64::try_from(longest.saturating_sub(shortest).as_millis()).unwrap_or(u64::MAX);
        shortest + Duration::from_millis(self.below(span + 1))
    }

    /// A time of so many milliseconds at most. Short ones are more frequent than long ones.
    pub fn short(&self, longest_ms: u64) -> Duration {
        let limit = 1 + self.below(longest_ms.max(1));
        Duration::from_millis(self.below(limit + 1))
    }
}

impl Randomness for Dice {
    fn bytes(&self) -> [u8; 10] {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).random()
    }
}
