//! When a job that failed is tried again, and when it is given up.

use jiff::SignedDuration;

use super::Lane;

/// The longest wait after the first failure; it doubles with every further one.
const FIRST: SignedDuration = SignedDuration::from_secs(2);

/// How often and for how long a kind of job is tried again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retries {
    /// The longest wait between two tries.
    pub cap: SignedDuration,
    /// The job is given up when its waits add up to this; none: it is tried until it succeeds. Waits are added up, not times compared, so that no
    /// clock that is set gives a job up or keeps it alive.
    pub give_up_after: Option<SignedDuration>,
}

impl Retries {
    /// Until it succeeds: nobody would ask for it a second time, or it raises an alarm of its own.
    pub const FOR_EVER: Self = Self { cap: SignedDuration::from_mins(15), give_up_after: None };

    /// What jobs of a lane usually do. Who waits for one is not kept waiting for longer than necessary once the system is back.
    pub const fn of(lane: Lane) -> Self {
        match lane {
            Lane::Interactive => Self { cap: SignedDuration::from_mins(15), give_up_after: Some(days(7)) },
            Lane::Normal => Self { cap: SignedDuration::from_hours(1), give_up_after: Some(days(5)) },
            Lane::Bulk => Self { cap: SignedDuration::from_hours(2), give_up_after: Some(days(3)) },
        }
    }

    /// How long to wait after this many failures; none: the job is given up. `chance` shortens the wait by up to a quarter, so that jobs that
    /// failed together are not tried again together.
    pub fn wait(&self, failures: i64, chance: u32) -> Option<SignedDuration> {
        let waited = (1..failures).map(|failure| self.longest(failure));
        let waited = waited.fold(SignedDuration::ZERO, SignedDuration::saturating_add);
        if self.give_up_after.is_some_and(|limit| waited >= limit) {
            return None;
        }
        let longest = self.longest(failures);
        Some(longest - longest / 4 / 1024 * i32::try_from(chance % 1024).unwrap_or(0))
    }

    fn longest(&self, failures: i64) -> SignedDuration {
        let doublings = u32::try_from(failures - 1).unwrap_or(0).min(20);
        (FIRST * 2_i32.pow(doublings)).min(self.cap)
    }
}

const fn days(days: i64) -> SignedDuration {
    SignedDuration::from_hours(24 * days)
}
