//! Metrics of requests.

use reqwest::Method;
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
