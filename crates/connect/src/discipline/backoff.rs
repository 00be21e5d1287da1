//! How long to wait before trying again.

use tessera_hub::ports::Priority;

use std::time::Duration;

/// A source of chance for waits.
pub trait Jitter: std::fmt::Debug + Send + Sync {
    /// A number from 0 up to and including 1.
    fn fraction(&self) -> f64;
}

/// Chance from the machine.
#[derive(Debug, Default, Clone, Copy)]
pub struct RandomJitter;

impl Jitter for RandomJitter {
    fn fraction(&self) -> f64 {
        rand::random::<f64>()
    }
}

/// No chance: every wait takes its full length.
#[derive(Debug, Clone, Copy)]
pub(super) struct FullWait;

impl Jitter for FullWait {
    fn fraction(&self) -> f64 {
        1.0
    }
}

/// How much trying a call is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RetryPolicy {
    /// Attempts in total, the first included.
    pub attempts: u32,
    /// From the first attempt on, nothing is waited for beyond this.
    pub total: Duration,
    /// The longest wait before the first retry; it doubles with every further one.
    pub base: Duration,
    /// No single wait between retries is longer, unless the system asks for it.
    pub cap: Duration,
}

impl RetryPolicy {
    /// Somebody is looking at the page: two quick retries, then an error that says when to try again. Nobody looks: a minute or two.
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

    /// The wait before retry number `retry` (from 1), with full jitter: anything between nothing and the exponential bound.
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
