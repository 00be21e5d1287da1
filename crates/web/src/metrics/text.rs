//! The two text formats of metrics, and the choice between them.

use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};

/// The answer to a client that accepts these formats. `open` is the text in the newer one.
pub(super) fn respond(headers: &HeaderMap, open: String) -> Response {
    let accepted = headers.get(header::ACCEPT).and_then(|accepted| accepted.to_str().ok()).unwrap_or_default();
    if accepts_open_metrics(accepted) {
        return ([(header::CONTENT_TYPE, OPEN_METRICS), (header::VARY, "accept")], open).into_response();
    }
    ([(header::CONTENT_TYPE, PLAIN_METRICS), (header::VARY, "accept")], plain_metrics(&open)).into_response()
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

#[cfg(test)]
mod tests {
    use prometheus_client::encoding::text::encode;
    use prometheus_client::metrics::counter::Counter;
    use prometheus_client::metrics::family::Family;
    use prometheus_client::metrics::histogram::Histogram;
    use prometheus_client::registry::{Registry, Unit};

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
        let mut registry = Registry::with_prefix("tessera");
        let requests = Family::<[(&str, &str); 1], Counter>::default();
        requests.get_or_create(&[("method", "GET")]).inc();
        registry.register("http_requests", "Requests answered", requests);
        let seconds = Histogram::new([0.1]);
        seconds.observe(0.002);
        registry.register_with_unit("http", "Time to answer", Unit::Seconds, seconds);
        let mut open = String::new();
        encode(&mut open, &registry).unwrap();
        assert!(open.contains("# UNIT tessera_http_seconds seconds\n") && open.ends_with("# EOF\n"), "{open}");
        let plain = plain_metrics(&open);
        assert!(!plain.contains("# EOF") && !plain.contains("# UNIT"), "{plain}");
        for line in [
            "# HELP tessera_http_requests_total Requests answered.",
            "# TYPE tessera_http_requests_total counter",
            "tessera_http_requests_total{method=\"GET\"} 1",
            "# TYPE tessera_http_seconds histogram",
            "tessera_http_seconds_count 1",
        ] {
            assert!(plain.lines().any(|found| found == line), "{line} in {plain}");
        }
    }
}
