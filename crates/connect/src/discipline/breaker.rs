//! Circuit breaker: makes no calls to a failing system for a while.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

/// Number of consecutive failures that opens the breaker.
const FAILURES: u32 = 5;
/// Length of the first break. It doubles with each failed probe.
const FIRST_BREAK: Duration = Duration::from_secs(10);
/// Maximum length of a break.
const MAX_BREAK: Duration = Duration::from_mins(5);

#[derive(Debug, Clone, Copy)]
enum State {
    Closed {
        failures: u32,
    },
    Open {
        until: Timestamp,
        breaks: u32,
    },
    /// A probe is running.
    HalfOpen {
        until: Timestamp,
        breaks: u32,
    },
}

/// Closed: calls pass. Open: no calls pass. Half open: one call passes, and its outcome decides.
#[derive(Debug)]
pub(crate) struct Breaker(Mutex<State>);

/// Permission for one call. Dropping it without an outcome changes nothing.
#[derive(Debug)]
pub(crate) struct Permit<'a>(&'a Breaker);

impl Breaker {
    pub(crate) fn new() -> Self {
        Self(Mutex::new(State::Closed { failures: 0 }))
    }

    /// Admits a call, or returns the time of the next attempt.
    pub(crate) fn admit(&self, now: Timestamp) -> Result<Permit<'_>, Timestamp> {
        let mut state = self.state();
        match *state {
            State::Closed { .. } => {}
            State::Open { until, breaks } if until <= now => *state = State::HalfOpen { until, breaks },
            State::Open { until, .. } => return Err(until),
            State::HalfOpen { .. } => return Err(later(now, Duration::from_secs(1))),
        }
        Ok(Permit(self))
    }

    /// End of the present break.
    pub(crate) fn open_until(&self, now: Timestamp) -> Option<Timestamp> {
        match *self.state() {
            State::Open { until, .. } if until > now => Some(until),
            _ => None,
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Permit<'_> {
    /// Records an answer.
    pub(crate) fn answered(self) {
        *self.0.state() = State::Closed { failures: 0 };
    }

    /// Records a missing answer, or one that shows a failure.
    pub(crate) fn failed(self, now: Timestamp) {
        let mut state = self.0.state();
        *state = match *state {
            State::Closed { failures } if failures + 1 < FAILURES => State::Closed { failures: failures + 1 },
            State::Closed { .. } => State::Open { until: later(now, FIRST_BREAK), breaks: 1 },
            State::HalfOpen { breaks, .. } => {
                let pause = FIRST_BREAK.saturating_mul(2_u32.saturating_pow(breaks)).min(MAX_BREAK);
                State::Open { until: later(now, pause), breaks: breaks + 1 }
            }
            open @ State::Open { .. } => open,
        };
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        let mut state = self.0.state();
        if let State::HalfOpen { until, breaks } = *state {
            *state = State::Open { until, breaks };
        }
    }
}

fn later(now: Timestamp, wait: Duration) -> Timestamp {
    now.saturating_add(SignedDuration::try_from(wait).unwrap_or(SignedDuration::MAX)).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn five_failures_open_it_and_one_good_probe_closes_it() {
        let breaker = Breaker::new();
        for _ in 0..FAILURES {
            breaker.admit(at(0)).unwrap().failed(at(0));
        }
        assert_eq!(breaker.admit(at(9)).unwrap_err(), at(10));
        let probe = breaker.admit(at(10)).unwrap();
        assert!(breaker.admit(at(10)).is_err(), "one probe at a time");
        probe.failed(at(10));
        assert_eq!(breaker.open_until(at(11)), Some(at(30)));
        breaker.admit(at(30)).unwrap().answered();
        assert!(breaker.admit(at(30)).is_ok());
    }

    #[test]
    fn a_probe_that_was_given_up_lets_the_next_one_through() {
        let breaker = Breaker::new();
        for _ in 0..FAILURES {
            breaker.admit(at(0)).unwrap().failed(at(0));
        }
        drop(breaker.admit(at(10)).unwrap());
        assert!(breaker.admit(at(10)).is_ok());
    }
}
