//! Metrics of requests.

use reqwest::{Method, header};
use testkit::{TestApp, client};

#[testkit::both_databases]
async fn h01_unknown_methods_share_one_label(app: TestApp) {
    for n in 0..50 {
        let method = Method::from_bytes(format!("FOO{n}").as_bytes()).unwrap();
        client().request(method, format!("{}/no-such-page", app.url)).send().await.unwrap();
    }
    let metrics = client().get(format!("{}/metrics", app.url)).send().await.unwrap().text().await.unwrap();
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
