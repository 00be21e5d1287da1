//! Counts the calls of outside systems, for the metrics.

use std::time::Duration;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::histogram::Histogram;

/// How a request to an outside system ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CallOutcome {
    /// Answered as its API promises. That it does not have the object is such an answer, too.
    Answered,
    /// It rejected the request: a status from 400 to 499, except those below.
    Rejected,
    /// It rejected the credentials.
    Unauthorized,
    /// It wants fewer requests.
    Throttled,
    /// A status from 500.
    ServerError,
    /// An answer of no use: a redirect, or something other than what was asked for.
    Unusable,
    /// No answer.
    NoAnswer,
    /// Not sent: the budget is used up, or the circuit breaker is open.
    HeldBack,
}

impl CallOutcome {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Answered => "answered",
            Self::Rejected => "rejected",
            Self::Unauthorized => "unauthorized",
            Self::Throttled => "throttled",
            Self::ServerError => "server_error",
            Self::Unusable => "unusable",
            Self::NoAnswer => "no_answer",
            Self::HeldBack => "held_back",
        }
    }

    /// The outcome of a request that was answered with this HTTP status.
    pub const fn of_status(status: u16) -> Self {
        match status {
            401 => Self::Unauthorized,
            429 => Self::Throttled,
            400..=403 | 405..=499 => Self::Rejected,
            500.. => Self::ServerError,
            300..=303 | 305..=399 => Self::Unusable,
            _ => Self::Answered,
        }
    }
}

/// The system of a call.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct CalledSystem {
    system: String,
}

/// The system of a call, and how it ended.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct CallEnded {
    system: String,
    outcome: &'static str,
}

/// Counts the calls of outside systems and times them. Clones share everything. The label of a system is its configured
/// name.
#[derive(Debug, Clone)]
pub struct CallMeter {
    /// Calls by system and outcome.
    pub calls: Family<CallEnded, Counter>,
    /// How long calls took that were sent.
    pub seconds: Family<CalledSystem, Histogram>,
}

impl Default for CallMeter {
    fn default() -> Self {
        Self { calls: Family::default(), seconds: Family::<CalledSystem, Histogram>::new_with_constructor(seconds) }
    }
}

/// From a fast answer up to the longest time limit of a call.
fn seconds() -> Histogram {
    Histogram::new([0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0])
}

impl CallMeter {
    /// Counts a call that was sent.
    pub fn sent(&self, system: &str, outcome: CallOutcome, took: Duration) {
        self.count(system, outcome);
        self.seconds.get_or_create(&CalledSystem { system: system.to_owned() }).observe(took.as_secs_f64());
    }

    /// Counts a call that was not sent.
    pub fn held_back(&self, system: &str) {
        self.count(system, CallOutcome::HeldBack);
    }

    fn count(&self, system: &str, outcome: CallOutcome) {
        let labels = CallEnded { system: system.to_owned(), outcome: outcome.as_str() };
        self.calls.get_or_create(&labels).inc();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn h06_the_status_of_an_answer_says_how_a_call_ended() {
        let outcome = |status| CallOutcome::of_status(status).as_str();
        assert_eq!([200, 204, 304, 404].map(outcome), ["answered"; 4]);
        assert_eq!([301, 302, 307].map(outcome), ["unusable"; 3]);
        assert_eq!([400, 403, 409, 422].map(outcome), ["rejected"; 4]);
        assert_eq!([401, 429].map(outcome), ["unauthorized", "throttled"]);
        assert_eq!([500, 503, 599].map(outcome), ["server_error"; 3]);
    }
}
