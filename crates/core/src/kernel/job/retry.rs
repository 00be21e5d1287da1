//! Retry policies: when a failed job is retried, and when it is given up.

use jiff::SignedDuration;

use super::Lane;

/// Maximum wait after the first failure. It doubles with each further one.
const FIRST: SignedDuration = SignedDuration::from_secs(2);

/// The retry policy of a kind of job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retries {
    /// Maximum wait between two attempts.
    pub cap: SignedDuration,
    /// The job is given up when its waits add up to this. `None`: it is retried until it succeeds. The waits are added,
    /// not times compared, so that a clock change neither gives a job up nor keeps it alive.
    pub give_up_after: Option<SignedDuration>,
}

impl Retries {
    /// Until it succeeds. For jobs that nothing requests a second time, or that raise an alarm of their own.
    pub const FOR_EVER: Self = Self { cap: SignedDuration::from_mins(15), give_up_after: None };

    /// The default policy of a lane. An interactive job has short waits, so that it runs soon after the system is
    /// available again.
    pub const fn of(lane: Lane) -> Self {
        match lane {
            Lane::Interactive => Self { cap: SignedDuration::from_mins(15), give_up_after: Some(days(7)) },
            Lane::Normal => Self { cap: SignedDuration::from_hours(1), give_up_after: Some(days(5)) },
            Lane::Bulk => Self { cap: SignedDuration::from_hours(2), give_up_after: Some(days(3)) },
        }
    }

    /// The wait after this many failures. `None`: the job is given up. `chance` shortens the wait by up to a quarter,
    /// so that jobs that failed together are not retried together.
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
