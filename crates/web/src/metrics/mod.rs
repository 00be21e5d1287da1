//! `/metrics`: what this process counts, and the present state of the hub.
//!
//! Counters live in this process. What the database holds is read from one snapshot, at most every few seconds however
//! often it is asked. Labels are known words, routes, and names of the configuration: none is a text that a client
//! chooses, and none names a person.

mod gauges;
mod text;

use std::time::Duration;

use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use prometheus_client::encoding::text::encode;
use prometheus_client::encoding::{EncodeLabelSet, LabelSetEncoder};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};
use tessera_hub::Hub;
use tessera_hub::jobs::GivenUpJob;
use tokio::sync::Mutex;
use tokio::time::timeout;

use self::gauges::Gauges;
use crate::{App, Problem};

/// How long the state that was read from the database is shown.
const FRESH: Duration = Duration::from_secs(5);
/// How long to wait for the database. The rest is shown without it.
const TIMEOUT: Duration = Duration::from_secs(3);

/// Answers a request for the metrics, also while the database is down.
pub(crate) async fn answer(State(app): State<App>, headers: HeaderMap) -> Response {
    match app.metrics.text(&app.hub).await {
        Ok(open) => text::respond(&headers, open),
        Err(error) => Problem::internal(&error).into_response(),
    }
}

/// The metrics of this process.
#[derive(Debug)]
pub struct Metrics {
    registry: Registry,
    requests: Family<RequestLabels, Counter>,
    seconds: Histogram,
    webhooks: Family<WebhookLabels, Counter>,
    jobs_given_up: Family<GivenUpLabels, Counter>,
    changes_given_up: Counter,
    database_statements: Counter,
    database_rows: Counter,
    gauges: Gauges,
    /// When the state of the database was read last, by the monotonic clock. Who holds it is answered alone.
    last_read: Mutex<Option<Duration>>,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RequestLabels {
    method: &'static str,
    route: String,
    status: u16,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct WebhookLabels {
    hook: &'static str,
    outcome: &'static str,
}

/// A job that was given up.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct GivenUpLabels(GivenUpJob);

impl EncodeLabelSet for GivenUpLabels {
    fn encode(&self, encoder: &mut LabelSetEncoder<'_>) -> Result<(), std::fmt::Error> {
        let systems: Vec<_> = self.0.pool.systems().iter().map(|system| system.as_str()).collect();
        let system = if systems.is_empty() { "hub".to_owned() } else { systems.join("+") };
        let outcome = if self.0.in_doubt { "in_doubt" } else { "failed" };
        [("kind", self.0.kind), ("system", system.as_str()), ("outcome", outcome)].encode(encoder)
    }
}

/// All methods that no route uses share one label.
fn method_label(method: &Method) -> &'static str {
    const KNOWN: [&str; 7] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
    KNOWN.into_iter().find(|known| *known == method.as_str()).unwrap_or("other")
}

impl Metrics {
    /// The metrics of a hub and its interfaces.
    pub(crate) fn of(hub: &Hub) -> Self {
        let mut registry = Registry::with_prefix("tessera");
        let metrics = Self {
            requests: Family::default(),
            seconds: Histogram::new([0.001, 0.005, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0]),
            webhooks: Family::default(),
            jobs_given_up: Family::default(),
            changes_given_up: Counter::default(),
            database_statements: Counter::default(),
            database_rows: Counter::default(),
            gauges: Gauges::of(hub, &mut registry),
            last_read: Mutex::default(),
            registry: Registry::default(),
        };
        metrics.register_own(&mut registry);
        register_counted(hub, &mut registry);
        Self { registry, ..metrics }
    }

    fn register_own(&self, to: &mut Registry) {
        to.register("http_requests", "Requests answered", self.requests.clone());
        to.register_with_unit("http", "Time to answer", Unit::Seconds, self.seconds.clone());
        to.register("webhooks", "Webhook deliveries, by webhook and outcome", self.webhooks.clone());
        let help = "Jobs that failed for good or are in doubt, by kind, system and outcome, since the start";
        to.register("jobs_given_up", help, self.jobs_given_up.clone());
        let help = "Changes given up because they kept conflicting with others, since the start";
        to.register("changes_given_up", help, self.changes_given_up.clone());
        to.register("database_statements", "Statements that the database ran", self.database_statements.clone());
        to.register("database_rows", "Rows that the database returned", self.database_rows.clone());
    }

    async fn text(&self, hub: &Hub) -> Result<String, std::fmt::Error> {
        let mut last_read = self.last_read.lock().await;
        let now = hub.env.monotonic();
        if last_read.is_none_or(|at| now.saturating_sub(at) >= FRESH) {
            let standing = timeout(TIMEOUT, hub.queries().standing()).await;
            self.gauges.show_standing(standing.ok().and_then(Result::ok).as_ref());
            *last_read = Some(now);
        }
        self.gauges.show_process(hub);
        self.count_of_hub(hub);
        let mut text = String::new();
        encode(&mut text, &self.registry).map(|()| text)
    }

    fn count_of_hub(&self, hub: &Hub) {
        for (job, count) in hub.jobs_given_up() {
            raise_to(&self.jobs_given_up.get_or_create(&GivenUpLabels(job)), count);
        }
        raise_to(&self.changes_given_up, hub.changes_given_up().values().sum());
        let effort = hub.queries().database_effort();
        raise_to(&self.database_statements, effort.statements);
        raise_to(&self.database_rows, effort.rows);
    }

    pub(crate) fn observe(&self, method: &Method, route: &str, status: StatusCode, took: Duration) {
        let labels = RequestLabels { method: method_label(method), route: route.to_owned(), status: status.as_u16() };
        self.requests.get_or_create(&labels).inc();
        self.seconds.observe(took.as_secs_f64());
    }

    /// Counts the delivery of a webhook by the answer that it got.
    pub(crate) fn webhook(&self, hook: &'static str, status: StatusCode) {
        let outcome = match status {
            StatusCode::ACCEPTED => "accepted",
            StatusCode::BAD_REQUEST | StatusCode::UNPROCESSABLE_ENTITY => "unusable",
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => "unauthorized",
            _ => "failed",
        };
        self.webhooks.get_or_create(&WebhookLabels { hook, outcome }).inc();
    }
}

/// What the hub, the clients of outside systems and the store count themselves.
fn register_counted(hub: &Hub, to: &mut Registry) {
    let counted = hub.counted();
    to.register("job_runs", "Runs of jobs, by kind and outcome", counted.job_runs.clone());
    to.register("emails", "Attempts to send an e-mail, by outcome", counted.emails.clone());
    to.register("activations", "Activations that ended, by outcome", counted.activations.clone());
    let help = "Sign-ins with local staff accounts although staff sign in at the company's identity provider";
    to.register("staff_break_glass_sign_ins", help, counted.break_glass_sign_ins.clone());
    to.register("sign_ins", "Attempts to sign in, by method and outcome", counted.sign_ins.clone());
    let calls = hub.env.calls();
    to.register("calls", "Calls of outside systems, by system and outcome", calls.calls.clone());
    let help = "Time until an outside system answered";
    to.register_with_unit("call", help, Unit::Seconds, calls.seconds.clone());
    let help = "Time until a change was durable, with the wait for the writer";
    to.register_with_unit("database_commit", help, Unit::Seconds, hub.queries().commit_seconds());
}

/// Raises a counter to a count that only grows.
fn raise_to(counter: &Counter, count: u64) {
    counter.inc_by(count.saturating_sub(counter.get()));
}
