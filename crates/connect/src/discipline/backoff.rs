//! Retry backoff.

use tessera_hub::ports::Priority;

use std::time::Duration;

/// Random source for waits.
pub trait Jitter: std::fmt::Debug + Send + Sync {
    /// A number from 0 to 1, both included.
    fn fraction(&self) -> f64;
}

/// Randomness of the operating system.
#[derive(Debug, Default, Clone, Copy)]
pub struct RandomJitter;

impl Jitter for RandomJitter {
    fn fraction(&self) -> f64 {
        rand::random::<f64>()
    }
}

/// No randomness: every wait has its full length.
#[derive(Debug, Clone, Copy)]
pub(super) struct FullWait;

impl Jitter for FullWait {
    fn fraction(&self) -> f64 {
        1.0
    }
}

/// Limits on the retries of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RetryPolicy {
    /// Maximum number of attempts, including the first.
    pub attempts: u32,
    /// Maximum total time, counted from the first attempt.
    pub total: Duration,
    /// Maximum wait before the first retry. It doubles with each further one.
    pub base: Duration,
    /// Maximum wait between two retries, unless the system asks for a longer one.
    pub cap: Duration,
}

impl RetryPolicy {
    /// Interactive: two quick retries, then an error with the time of a possible retry. Background: retries for a
    /// minute or two.
    pub const fn of(priority: Priority) -> Self {
        match priority {
            Priority::Interactive => Self {
                attempts: 3,
                total: Duration::from_secs(5),
                base: Duration::from_millis(200),
                cap: Duration::from_secs(1),
            },
            Priority::Background => Self {
                attempts: 6,
                total: Duration::from_mins(2),
                base: Duration::from_millis(500),
                cap: Duration::from_secs(30),
            },
        }
    }

    /// The wait before retry number `retry` (from 1), with full jitter: between zero and the exponential bound.
    pub fn wait(&self, retry: u32, jitter: &dyn Jitter) -> Duration {
        let doubled = self.base.saturating_mul(2_u32.saturating_pow(retry.saturating_sub(1)));
        doubled.min(self.cap).mul_f64(jitter.fraction().clamp(0.0, 1.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_the_cap() {
        let patience = RetryPolicy::of(Priority::Background);
        let waits: Vec<_> = (1..=8).map(|retry| patience.wait(retry, &FullWait).as_millis()).collect();
        assert_eq!(waits, [500, 1000, 2000, 4000, 8000, 16000, 30000, 30000]);
    }
}
