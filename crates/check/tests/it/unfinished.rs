//! A check that ends before every rule was asked has no verdict, and lists the accounts that it could not delete.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::Router;
use axum::extract::{Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use tessera_check::{Outcome, Report, Target, Verdict};
use tessera_sim::marketplace_vendor::{Fault, Vendor};
use tessera_sim::server::Running;

use crate::target;

/// How a vendor that keeps the contract grows slow: from which call on, and by how much.
#[derive(Clone)]
struct Slowness {
    from: usize,
    delay: Option<Duration>,
    calls: Arc<AtomicUsize>,
}

async fn slowly(State(slowness): State<Slowness>, request: Request, next: Next) -> Response {
    if slowness.calls.fetch_add(1, Ordering::Relaxed) >= slowness.from {
        match slowness.delay {
            Some(delay) => tokio::time::sleep(delay).await,
            None => std::future::pending().await,
        }
    }
    next.run(request).await
}

/// Checks the vendor with little time, in which no single call takes too long.
async fn checked(vendor: &Vendor, from: usize, delay: Option<Duration>, cleanup: Duration) -> Report {
    let slowness = Slowness { from, delay, calls: Arc::default() };
    let router: Router = vendor.router().layer(from_fn_with_state(slowness, slowly));
    let listener = Running::bind("127.0.0.1:0".parse().unwrap()).await.unwrap();
    let running = Running::serve(listener, router).unwrap();
    let within = Duration::from_millis(500);
    tessera_check::check(Target { within, cleanup, ..target(&running.url()) }).await.unwrap()
}

#[tokio::test]
async fn m21_a_verdict_by_time_out_is_no_success() {
    let vendor = Vendor::new([]);
    let delay = Some(Duration::from_millis(20));
    let report = checked(&vendor, 0, delay, Duration::from_mins(1)).await;
    assert_eq!((report.verdict, report.passed), (Verdict::Incomplete, false), "{report}");
    assert!(report.broken_rules().is_empty() && report.rules(Outcome::NotAsked).contains(&"D1"), "{report}");
    let text = report.to_string();
    assert!(
        text.contains("No verdict: not every rule was checked.") && text.contains("time limit of 0.5 seconds"),
        "{text}"
    );
    assert!(!text.contains("keeps the contract"), "{text}");
    assert!(text.contains(&format!("Not checked: {}.", report.rules(Outcome::NotAsked).join(", "))), "{text}");
    let last = report.findings.iter().find(|finding| finding.rule.id == "R2").unwrap();
    assert_eq!(last.wrong.as_deref(), Some("the time limit of 0.5 seconds was reached"), "each says why");
    assert!(report.left_behind.is_empty() && vendor.customers() == 0, "cleaning up has a time of its own: {text}");
}

#[tokio::test]
async fn m21_everything_created_is_deleted_or_listed() {
    let vendor = Vendor::new([]);
    let report = checked(&vendor, 24, None, Duration::from_millis(50)).await;
    assert_eq!((report.verdict, report.passed), (Verdict::Incomplete, false), "{report}");
    assert!(vendor.customers() > 0 && report.left_behind.len() >= vendor.customers(), "{report}");
    let text = report.to_string();
    for left in &report.left_behind {
        assert!(text.contains(&left.account) && left.why.contains("the time for cleaning up was over"), "{text}");
    }

    let vendor = Vendor::new([Fault::DeletesNothing]);
    let report = crate::check(&vendor).await;
    assert_eq!(report.left_behind.len(), vendor.customers());
    let listed = report.left_behind.iter().all(|left| left.why == "Delete answered Code 0, but Exists still finds it");
    assert!(listed && report.to_string().contains("Left behind: "), "{report}");
}
