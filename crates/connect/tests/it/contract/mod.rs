//! Contract tests that every client of a port must pass, whatever its product.
//!
//! A test is a function that is generic over a fixture: a client, the data that the test needs, and the faults of the
//! product. A new client needs a fixture, and one line that runs all tests of the port against it.

mod crm;
mod invoice_source;
mod service_desk;

use jiff::Timestamp;
use tessera_hub::ports::{Condition, ConnectError, Finding, Health, Verdict};
use tessera_sim::faults::{Cut, Fault, FaultKind, Faults};

/// Faults of a system.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// Truncated answers.
    Malformed,
    /// No answer.
    Unavailable,
    /// The API key is rejected.
    KeyRefused,
    /// Every write is rejected as invalid.
    WriteRefused,
}

/// Runs every test of a port's contract against a client.
macro_rules! keeps_the_contract {
    ($client:ident, $fixture:ty, [$($test:ident),* $(,)?]) => {
        mod $client {
            use super::*;
            $(
                #[tokio::test]
                async fn $test() {
                    super::$test(&<$fixture>::start().await).await;
                }
            )*
        }
    };
}
use keeps_the_contract;

/// Injects a fault into a stand-in.
fn cause(trouble: Trouble, faults: &Faults) {
    let status = |status| FaultKind::Status { status, retry_after: None, body: None };
    let (methods, kind): (&[Option<&str>], _) = match trouble {
        Trouble::Malformed => (&[None], FaultKind::Truncate { cut: Cut::Body, keep: None }),
        Trouble::Unavailable => (&[None], status(503)),
        Trouble::KeyRefused => (&[None], status(401)),
        Trouble::WriteRefused => (&[Some("POST"), Some("PUT")], status(400)),
    };
    for method in methods {
        let (path, method) = ("*".to_owned(), method.map(ToOwned::to_owned));
        faults.add(Fault { path, method, kind: kind.clone(), times: None, skip: 0, probability: None });
    }
}

fn assert_malformed<T: std::fmt::Debug>(outcome: Result<T, ConnectError>) {
    assert!(matches!(outcome, Err(ConnectError::Unexpected { .. })), "{outcome:?}");
}

/// Asserts that the health shows unusable answers, with the error.
fn assert_failing_since(health: &Health, since: Timestamp) {
    assert_eq!(health.condition, Condition::Failing { since }, "{health:?}");
    assert!(health.last_error.is_some() && health.last_error_at.is_some(), "{health:?}");
}

fn assert_refused<T: std::fmt::Debug>(outcome: Result<T, ConnectError>) {
    let error = outcome.unwrap_err();
    let refused = matches!(
        error,
        ConnectError::Unauthorized { .. } | ConnectError::Forbidden { .. } | ConnectError::Invalid { .. }
    );
    assert!(refused && !error.is_temporary(), "{error}");
}

fn assert_unavailable<T: std::fmt::Debug>(outcome: Result<T, ConnectError>) {
    let error = outcome.unwrap_err();
    assert!(error.is_temporary() && error.retry_at().is_some(), "{error}");
}

fn assert_unsupported<T: std::fmt::Debug>(outcome: Result<T, ConnectError>) {
    assert!(matches!(outcome, Err(ConnectError::Unsupported { .. })), "{outcome:?}");
}

fn assert_sound(findings: &[Finding], system: &str) {
    assert!(!findings.is_empty());
    for finding in findings {
        assert_eq!(finding.system, system);
        assert_ne!(finding.verdict, Verdict::Fail, "{finding:?}");
    }
}

/// Asserts that at least one finding fails, and that each failing one has a remedy.
fn assert_failing(findings: &[Finding]) {
    let failed: Vec<_> = findings.iter().filter(|finding| finding.verdict == Verdict::Fail).collect();
    assert!(!failed.is_empty(), "{findings:?}");
    assert!(failed.iter().all(|finding| finding.remedy.is_some()), "{failed:?}");
}
