//! Metrics: what they count, and that dashboard, alerts and documentation name the metrics that are served.

use std::collections::{BTreeMap, BTreeSet};
use std::future::ready;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use reqwest::{Method, header};
use tessera_store::{Call, Cause, Decision, Faults, StoreError};
use testkit::{ADA, Databases, TestApp, client};

const DOCUMENTATION: &str = include_str!("../../../../../docs/operate/monitoring.md");
const DASHBOARD: &str = include_str!("../../../../../packaging/grafana/tessera.json");
const ALERTS: &str = include_str!("../../../../../packaging/prometheus/alerts.yaml");

async fn metrics(app: &TestApp) -> String {
    client().get(format!("{}/metrics", app.url)).send().await.unwrap().text().await.unwrap()
}

/// The names of the served metrics, each with its type.
fn served(metrics: &str) -> BTreeMap<&str, &str> {
    metrics.lines().filter_map(|line| line.strip_prefix("# TYPE ")?.split_once(' ')).collect()
}

/// Metrics without a sample until something happens, or on one of the databases. The other ones are served from the start.
const SOMETIMES: &[&str] = &[
    "tessera_alarms",
    "tessera_call_seconds",
    "tessera_calls_total",
    "tessera_database_connections",
    "tessera_database_connections_limit",
    "tessera_database_disk_free_bytes",
    "tessera_database_log_size_bytes",
    "tessera_database_size_bytes",
    "tessera_held_changes",
    "tessera_job_runs_total",
    "tessera_jobs_given_up_total",
    "tessera_sweep_last_success_timestamp_seconds",
    "tessera_webhooks_total",
];

/// Where metrics are registered.
const SOURCES: &str =
    concat!(include_str!("../../../src/metrics/gauges.rs"), include_str!("../../../src/metrics/mod.rs"));

/// Whether a metric that need not have a sample is registered.
fn is_registered(name: &str) -> bool {
    let name = name.strip_prefix("tessera_").unwrap();
    let units = ["_total", "_seconds", "_bytes"];
    let base = units.into_iter().find_map(|unit| name.strip_suffix(unit)).unwrap_or(name);
    [name, base].iter().any(|name| SOURCES.contains(&format!("(\"{name}\", ")))
}

/// The words of a text that look like names of metrics.
fn named(text: &str) -> BTreeSet<&str> {
    let words = text.split(|it: char| !it.is_ascii_alphanumeric() && it != '_');
    // Crates, in examples of log levels.
    words.filter(|word| word.starts_with("tessera_") && !["tessera_hub", "tessera_web"].contains(word)).collect()
}

/// The metric that a name in a query belongs to.
fn family<'a>(name: &'a str, served: &BTreeMap<&str, &str>) -> &'a str {
    let mut bases = ["_bucket", "_sum", "_count"].into_iter().filter_map(|part| name.strip_suffix(part));
    let is_histogram = |base: &&str| served.get(base) == Some(&"histogram") || *base == "tessera_call_seconds";
    bases.find(is_histogram).unwrap_or(name)
}

#[testkit::both_databases]
async fn h01_unknown_methods_share_one_label(app: TestApp) {
    for n in 0..50 {
        let method = Method::from_bytes(format!("FOO{n}").as_bytes()).unwrap();
        client().request(method, format!("{}/no-such-page", app.url)).send().await.unwrap();
    }
    let metrics = metrics(&app).await;
    assert!(!metrics.contains("FOO"), "{metrics}");
    let others: Vec<_> = metrics.lines().filter(|line| line.contains("method=\"other\"")).collect();
    assert_eq!(others.len(), 1, "{others:?}");
    assert!(others[0].ends_with(" 50"), "{others:?}");
}

#[testkit::both_databases]
async fn h01_metrics_are_sent_in_the_accepted_format(app: TestApp) {
    for (accepted, kind, ends) in [
        (None, "text/plain; version=0.0.4; charset=utf-8", false),
        (Some("*/*"), "text/plain; version=0.0.4; charset=utf-8", false),
        (Some("application/openmetrics-text"), "application/openmetrics-text; version=1.0.0; charset=utf-8", true),
    ] {
        let request = client().get(format!("{}/metrics", app.url));
        let request = accepted.into_iter().fold(request, |request, kind| request.header(header::ACCEPT, kind));
        let answer = request.send().await.unwrap();
        assert_eq!(answer.headers()[header::CONTENT_TYPE], kind, "{accepted:?}");
        assert_eq!(answer.text().await.unwrap().ends_with("# EOF\n"), ends, "{accepted:?}");
    }
}

#[testkit::both_databases]
async fn h06_dashboard_alerts_and_documentation_name_the_metrics_that_are_served(app: TestApp) {
    assert_eq!(app.api.get("/systems", &app.api_key).await.status, 200, "requests are counted once there is one");
    let metrics = metrics(&app).await;
    let served = served(&metrics);
    for (file, text) in [("monitoring.md", DOCUMENTATION), ("tessera.json", DASHBOARD), ("alerts.yaml", ALERTS)] {
        let is_known = |name: &&str| {
            let family = family(name, &served);
            served.contains_key(family) || SOMETIMES.contains(&family) && is_registered(family)
        };
        let unknown: Vec<_> = named(text).into_iter().filter(|name| !is_known(name)).collect();
        assert!(unknown.is_empty(), "{file} names what is not served: {unknown:?}");
        assert!(named(text).len() > 10, "{file}");
    }
    let is_documented = |name: &&str| DOCUMENTATION.contains(&format!("| `{name}` |"));
    let missing: Vec<_> = served.keys().filter(|name| !is_documented(name)).collect();
    assert!(missing.is_empty(), "not in the table of monitoring.md: {missing:?}");
    let without_help: Vec<_> = served.keys().filter(|name| !metrics.contains(&format!("# HELP {name} "))).collect();
    assert!(without_help.is_empty(), "{without_help:?}");
}

#[testkit::both_databases]
async fn h06_metrics_count_an_activation_without_personal_data(app: TestApp) {
    let before = metrics(&app).await;
    for zero in ["tessera_activations_total{outcome=\"done\"} 0", "tessera_emails_total{outcome=\"sent\"} 0"] {
        assert!(before.contains(zero), "{zero} in {before}");
    }
    let _ada = app.activated(ADA).await;
    let url = format!("{}/hooks/freshservice", app.url);
    assert_eq!(client().post(&url).send().await.unwrap().status(), 401);
    assert_eq!(app.deliver(r#"{"display_id":"","e_mail":"ada@example.com"}"#).await.0, 422);
    assert_eq!(app.deliver(&format!(r#"{{"display_id":"{}"}}"#, app.display_id("HIB-A1"))).await.0, 202);
    app.advance(Duration::from_secs(5));

    let shown = metrics(&app).await;
    let lines: BTreeMap<&str, &str> = shown.lines().filter_map(|line| line.rsplit_once(' ')).collect();
    for (series, value) in [
        ("tessera_activations_total{outcome=\"done\"}", "1"),
        ("tessera_activations_total{outcome=\"refused\"}", "0"),
        ("tessera_sign_ins_total{method=\"identity_provider\",outcome=\"succeeded\"}", "1"),
        ("tessera_job_runs_total{kind=\"run_activation\",outcome=\"done\"}", "1"),
        ("tessera_webhooks_total{hook=\"freshservice\",outcome=\"accepted\"}", "1"),
        ("tessera_webhooks_total{hook=\"freshservice\",outcome=\"unusable\"}", "1"),
        ("tessera_webhooks_total{hook=\"freshservice\",outcome=\"unauthorized\"}", "1"),
        ("tessera_jobs{state=\"failed\"}", "0"),
        ("tessera_invitations_open{}", "0"),
        ("tessera_reviews_open{}", "0"),
        ("tessera_circuit_breaker_open{system=\"freshservice\"}", "0"),
        ("tessera_system_healthy{system=\"freshservice\"}", "1"),
        ("tessera_sweep_running{system=\"freshservice\",kind=\"assets\"}", "0"),
        ("tessera_database_up", "1"),
    ] {
        assert_eq!(lines.get(series), Some(&value), "{series} in {shown}");
    }
    let positive = |series: &str| lines.get(series).is_some_and(|value| value.parse::<f64>().unwrap() > 0.0);
    for series in [
        "tessera_emails_total{outcome=\"sent\"}",
        "tessera_calls_total{system=\"freshservice\",outcome=\"answered\"}",
        "tessera_call_seconds_count{system=\"freshservice\"}",
        "tessera_database_commit_seconds_count",
        "tessera_database_statements_total",
        "tessera_jobs{state=\"waiting\"}",
        "tessera_oldest_due_job_age_seconds{}",
    ] {
        assert!(positive(series), "{series} in {shown}");
    }
    assert!(shown.contains("tessera_call_budget_remaining{system=\"freshservice\",budget="), "{shown}");
    for personal in [ADA.email, "Ada", "HIB-A1"] {
        assert!(!shown.contains(personal), "{personal} in {shown}");
    }
    app.hub.run_pending().await;
}

#[testkit::both_databases]
async fn h06_metrics_read_the_database_once_in_five_seconds(app: TestApp) {
    let statements = || app.store.effort().statements;
    let asked = async || {
        let before = statements();
        metrics(&app).await;
        statements() - before
    };
    let first = asked().await;
    assert!((1..=15).contains(&first), "{first} statements");
    assert_eq!(asked().await, 0);
    app.advance(Duration::from_secs(5));
    assert_eq!(asked().await, first);
}

/// A database that can be out of order.
#[derive(Debug, Default)]
struct Outage(AtomicBool);

impl Faults for Outage {
    fn before(&self, _: Call) -> Decision<'_> {
        let down = StoreError::Unavailable(Cause::new("connection refused"));
        Box::pin(ready(if self.0.load(Ordering::SeqCst) { Err(down) } else { Ok(()) }))
    }

    fn after(&self, _: Call) -> Decision<'_> {
        Box::pin(ready(Ok(())))
    }
}

#[testkit::both_databases]
async fn h06_metrics_are_shown_while_the_database_is_down(databases: Databases) {
    let outage = Arc::new(Outage::default());
    let app = TestApp::builder().store_faults(outage.clone()).start(&databases).await;
    for is_down in [false, true, false] {
        outage.0.store(is_down, Ordering::SeqCst);
        app.advance(Duration::from_secs(5));
        let shown = metrics(&app).await;
        let up = if is_down { "tessera_database_up 0\n" } else { "tessera_database_up 1\n" };
        assert!(shown.contains(up) && shown.contains("tessera_emails_total{"), "{shown}");
        assert_eq!(shown.contains("tessera_jobs{"), !is_down, "{shown}");
    }
}
