//! What operators and their machines ask: health, readiness, metrics; and the files pages load.

use std::time::Duration;

use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use prometheus_client::encoding::text::encode;
use prometheus_client::encoding::{EncodeLabelSet, LabelSetEncoder};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};
use tessera_hub::Hub;
use tessera_hub::jobs::GivenUpJob;
use tessera_hub::queries::systems::Alarm;

use crate::auth::route_access::{Routes, Rule, get};
use crate::pages::assets;
use crate::{App, Problem};

pub(crate) fn routes() -> Routes {
    Routes::of(Rule::Anyone)
        .route("/", get(|| async { Redirect::to("/portal/customer") }))
        .route("/healthz", get(|| async { "ok\n" }))
        .route("/readyz", get(ready))
        .route("/metrics", get(metrics))
        .route("/assets/{name}", get(asset))
        .route("/favicon.ico", get(|| async { Redirect::permanent("/assets/mark.svg") }))
        .route("/robots.txt", get(|| async { "User-agent: *\nDisallow: /\n" }))
}

/// Whether requests should be sent here: not before the database takes writes, and not once the process is ending.
async fn ready(State(app): State<App>) -> Response {
    if app.lifecycle.is_draining() {
        let detail = "This process is ending. Requests under way are answered; send new ones elsewhere.";
        return Problem::new(StatusCode::SERVICE_UNAVAILABLE, "draining", detail).into_response();
    }
    match app.hub.check_writable().await {
        Ok(()) => "ready\n".into_response(),
        Err(error) => Problem::from(error).into_response(),
    }
}

async fn metrics(State(app): State<App>, headers: HeaderMap) -> Response {
    match app.hub.queries().alarms().await {
        Ok(alarms) => app.metrics.raise(&alarms),
        Err(error) => return Problem::from(error).into_response(),
    }
    app.metrics.count_given_up(&app.hub);
    let mut text = String::new();
    if let Err(error) = encode(&mut text, &app.metrics.registry) {
        return Problem::internal(&error).into_response();
    }
    let accepted = headers.get(header::ACCEPT).and_then(|accepted| accepted.to_str().ok()).unwrap_or_default();
    if accepts_open_metrics(accepted) {
        return ([(header::CONTENT_TYPE, OPEN_METRICS), (header::VARY, "accept")], text).into_response();
    }
    ([(header::CONTENT_TYPE, PLAIN_METRICS), (header::VARY, "accept")], plain_metrics(&text)).into_response()
}

const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";
const PLAIN_METRICS: &str = "text/plain; version=0.0.4; charset=utf-8";

/// Whether a client prefers `OpenMetrics`. Browsers and clients that say nothing read the older text format.
fn accepts_open_metrics(accepted: &str) -> bool {
    let weight = |kind: &str| {
        let offered = accepted.split(',').filter_map(|range| {
            let mut parts = range.split(';').map(str::trim);
            let is_kind = parts.next()?.eq_ignore_ascii_case(kind);
            let weight = parts.find_map(|parameter| parameter.strip_prefix("q=")).map_or(Some(1.0), |q| q.parse().ok());
            weight.filter(|_| is_kind)
        });
        offered.fold(0.0, f64::max)
    };
    let open = weight("application/openmetrics-text");
    open > 0.0 && open >= weight("text/plain")
}

/// `OpenMetrics` in the older text format: a counter is described under the name of its samples, and there are no units.
fn plain_metrics(open: &str) -> String {
    let mut counters: Vec<&str> = Vec::new();
    for line in open.lines() {
        if let Some(name) = line.strip_prefix("# TYPE ").and_then(|rest| rest.strip_suffix(" counter")) {
            counters.push(name);
        }
    }
    let mut plain = String::with_capacity(open.len());
    for line in open.lines().filter(|line| *line != "# EOF" && !line.starts_with("# UNIT ")) {
        let mut words = line.splitn(4, ' ');
        match (words.next(), words.next(), words.next(), words.next()) {
            (Some("#"), Some(about @ ("HELP" | "TYPE")), Some(name), Some(rest)) if counters.contains(&name) => {
                plain.extend(["# ", about, " ", name, "_total ", rest]);
            }
            _ => plain.push_str(line),
        }
        plain.push('\n');
    }
    plain
}

async fn asset(Path(name): Path<String>) -> Response {
    let Some(asset) = assets::named(&name) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let mut response = asset.bytes.into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(asset.kind));
    // The address changes with the content.
    response
        .headers_mut()
        .insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=31536000, immutable"));
    response
}

/// Labels are kept for as long as the process runs, so none is a text that a client chooses.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Labels {
    method: &'static str,
    route: String,
    status: u16,
}

/// All methods that no route uses share one label.
fn method_label(method: &Method) -> &'static str {
    const KNOWN: [&str; 7] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
    KNOWN.into_iter().find(|known| *known == method.as_str()).unwrap_or("other")
}

impl EncodeLabelSet for Labels {
    fn encode(&self, encoder: &mut LabelSetEncoder<'_>) -> Result<(), std::fmt::Error> {
        [("method", self.method), ("route", self.route.as_str())].encode(encoder)?;
        [("status", self.status.to_string())].encode(encoder)
    }
}

/// What stands against a system: the brake holds changes, a sweep stopped, a list was too short.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct AlarmLabels {
    system: String,
    code: String,
}

impl EncodeLabelSet for AlarmLabels {
    fn encode(&self, encoder: &mut LabelSetEncoder<'_>) -> Result<(), std::fmt::Error> {
        [("system", self.system.as_str()), ("code", self.code.as_str())].encode(encoder)
    }
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

/// An e-mail that was held back.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct MailLabels {
    mail: &'static str,
}

impl EncodeLabelSet for MailLabels {
    fn encode(&self, encoder: &mut LabelSetEncoder<'_>) -> Result<(), std::fmt::Error> {
        [("mail", self.mail)].encode(encoder)
    }
}

/// Counts of what the hub answers, and what is wrong just now.
#[derive(Debug)]
pub struct Metrics {
    registry: Registry,
    requests: Family<Labels, Counter>,
    seconds: Histogram,
    alarms: Family<AlarmLabels, Gauge>,
    jobs_given_up: Family<GivenUpLabels, Counter>,
    changes_given_up: Counter,
    mail_held_back: Family<MailLabels, Counter>,
}

impl Default for Metrics {
    fn default() -> Self {
        let mut registry = Registry::with_prefix("tessera");
        let requests = Family::<Labels, Counter>::default();
        let seconds = Histogram::new([0.001, 0.005, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0]);
        registry.register("http_requests", "Requests answered", requests.clone());
        registry.register_with_unit("http", "Time to answer", Unit::Seconds, seconds.clone());
        let alarms = Family::<AlarmLabels, Gauge>::default();
        registry.register("alarms", "Alarms that stand, by system and code", alarms.clone());
        let jobs_given_up = Family::<GivenUpLabels, Counter>::default();
        let help = "Jobs that failed for good or are in doubt, by kind, system and outcome, since the start";
        registry.register("jobs_given_up", help, jobs_given_up.clone());
        let changes_given_up = Counter::default();
        let help = "Changes given up because they kept conflicting with others, since the start";
        registry.register("changes_given_up", help, changes_given_up.clone());
        let mail_held_back = Family::<MailLabels, Counter>::default();
        let help = "E-mails that were not sent because strangers asked for too many, by kind, since the start";
        registry.register("mail_held_back", help, mail_held_back.clone());
        Self { registry, requests, seconds, alarms, jobs_given_up, changes_given_up, mail_held_back }
    }
}

impl Metrics {
    fn raise(&self, alarms: &[Alarm]) {
        self.alarms.clear();
        for alarm in alarms {
            let labels = AlarmLabels { system: alarm.system.clone(), code: alarm.code.clone() };
            self.alarms.get_or_create(&labels).inc();
        }
    }

    fn count_given_up(&self, hub: &Hub) {
        for (job, count) in hub.jobs_given_up() {
            raise_to(&self.jobs_given_up.get_or_create(&GivenUpLabels(job)), count);
        }
        raise_to(&self.changes_given_up, hub.changes_given_up().values().sum());
        for (mail, count) in hub.mail_held_back() {
            raise_to(&self.mail_held_back.get_or_create(&MailLabels { mail }), count);
        }
    }

    pub(crate) fn observe(&self, method: &Method, route: &str, status: StatusCode, took: Duration) {
        let labels = Labels { method: method_label(method), route: route.to_owned(), status: status.as_u16() };
        self.requests.get_or_create(&labels).inc();
        self.seconds.observe(took.as_secs_f64());
    }
}

/// Raises a counter to a count that only grows.
fn raise_to(counter: &Counter, count: u64) {
    counter.inc_by(count.saturating_sub(counter.get()));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn h01_metrics_are_open_metrics_only_for_clients_that_prefer_them() {
        let prometheus = "application/openmetrics-text;version=1.0.0;q=0.5,application/openmetrics-text;version=0.0.1;\
            q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2";
        for preferring in [prometheus, "application/openmetrics-text", "Application/OpenMetrics-Text; q=0.1"] {
            assert!(accepts_open_metrics(preferring), "{preferring}");
        }
        let others = [
            "",
            "*/*",
            "text/plain",
            "text/html, */*;q=0.1",
            "application/openmetrics-text;q=0",
            "application/openmetrics-text;q=0.3, text/plain;q=0.5",
            "application/openmetrics-text;q=x",
        ];
        for other in others {
            assert!(!accepts_open_metrics(other), "{other}");
        }
    }

    #[test]
    fn h01_the_older_text_format_names_counters_as_their_samples() {
        let metrics = Metrics::default();
        metrics.observe(&Method::GET, "/healthz", StatusCode::OK, Duration::from_millis(2));
        let mut open = String::new();
        encode(&mut open, &metrics.registry).unwrap();
        assert!(open.contains("# UNIT tessera_http_seconds seconds\n") && open.ends_with("# EOF\n"), "{open}");
        let plain = plain_metrics(&open);
        assert!(!plain.contains("# EOF") && !plain.contains("# UNIT"), "{plain}");
        for line in [
            "# HELP tessera_http_requests_total Requests answered.",
            "# TYPE tessera_http_requests_total counter",
            "tessera_http_requests_total{method=\"GET\",route=\"/healthz\",status=\"200\"} 1",
            "# TYPE tessera_http_seconds histogram",
            "tessera_http_seconds_count 1",
        ] {
            assert!(plain.lines().any(|found| found == line), "{line} in {plain}");
        }
    }
}
