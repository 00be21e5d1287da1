//! Tests of fault injection, which works for every stand-in.

use std::time::{Duration, Instant};

use axum::routing::get;
use axum::{Json, Router};
use http::StatusCode;
use reqwest::{Client, Response};
use serde_json::{Value, json};
use tessera_sim::faults::{Faults, Latency};
use tessera_sim::server::Running;

struct StandIn {
    server: Running,
    client: Client,
}

async fn stand_in(faults: Faults) -> StandIn {
    let rows = || async { ([("link", "<next>;rel=\"next\"")], Json(json!({ "rows": [1, 2, 3, 4], "total": 4 }))) };
    let router = Router::new().route("/rows", get(rows).delete(rows)).route("/list", get(|| async { Json([1, 2, 3]) }));
    let listener = Running::bind("127.0.0.1:0".parse().expect("an address")).await.expect("a port");
    let server = Running::serve(listener, faults.wrap(router)).expect("a server");
    StandIn { server, client: Client::builder().no_proxy().build().expect("a client") }
}

impl StandIn {
    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.server.url())
    }

    async fn fault(&self, fault: Value) {
        let response = self.client.post(self.url("/_sim/faults")).json(&fault).send().await.expect("an answer");
        assert_eq!(response.status(), 201);
    }

    async fn get(&self, path: &str) -> Response {
        self.client.get(self.url(path)).send().await.expect("an answer")
    }

    async fn statuses(&self, path: &str, count: usize) -> Vec<u16> {
        let mut statuses = Vec::new();
        for _ in 0..count {
            statuses.push(self.get(path).await.status().as_u16());
        }
        statuses
    }
}

#[tokio::test]
async fn a_status_fault_applies_after_skip_and_up_to_times() {
    let sim = stand_in(Faults::default()).await;
    sim.fault(json!({ "path": "/rows", "method": "GET", "kind": "status", "status": 500, "times": 2, "skip": 1 }))
        .await;
    assert_eq!(sim.statuses("/rows", 4).await, [200, 500, 500, 200]);
    let active: Value = sim.get("/_sim/faults").await.json().await.unwrap();
    assert_eq!((&active[0]["hits"], &active[0]["seen"]), (&json!(2), &json!(4)));
}

#[tokio::test]
async fn a_fault_applies_only_to_its_path_and_method_until_cleared() {
    let sim = stand_in(Faults::default()).await;
    sim.fault(json!({ "path": "/ro*", "method": "DELETE", "kind": "status", "status": 403 })).await;
    assert_eq!(sim.get("/rows").await.status(), 200);
    let delete = || sim.client.delete(sim.url("/rows")).send();
    assert_eq!(delete().await.unwrap().status(), 403);
    assert_eq!(delete().await.unwrap().status(), 403);
    assert_eq!(sim.client.delete(sim.url("/_sim/faults")).send().await.unwrap().status(), 204);
    assert_eq!(delete().await.unwrap().status(), 200);
}

#[tokio::test]
async fn a_throttled_answer_has_retry_after_and_the_systems_error_body() {
    let own_words = |status: StatusCode| json!({ "errors": { "code": status.as_u16() } });
    let sim = stand_in(Faults::default().with_error_body(own_words)).await;
    sim.fault(json!({ "path": "*", "kind": "status", "status": 429, "retry_after": 7, "times": 1 })).await;
    let response = sim.get("/rows").await;
    assert_eq!((response.status().as_u16(), &response.headers()["retry-after"]), (429, &"7".parse().unwrap()));
    assert_eq!(response.json::<Value>().await.unwrap(), json!({ "errors": { "code": 429 } }));
    sim.fault(json!({ "path": "*", "kind": "status", "status": 500, "body": ["boom"], "times": 1 })).await;
    assert_eq!(sim.get("/rows").await.json::<Value>().await.unwrap(), json!(["boom"]));
}

#[tokio::test]
async fn list_faults_truncate_empty_or_malform_an_answer() {
    let sim = stand_in(Faults::default()).await;
    sim.fault(json!({ "path": "/rows", "kind": "truncate", "times": 1 })).await;
    sim.fault(json!({ "path": "/rows", "kind": "truncate", "keep": 1, "times": 1 })).await;
    sim.fault(json!({ "path": "/rows", "kind": "truncate", "cut": "body", "times": 1 })).await;
    sim.fault(json!({ "path": "*", "kind": "empty", "times": 2 })).await;
    let half = sim.get("/rows").await;
    assert!(half.headers().contains_key("link"), "a cut page looks like a whole one");
    assert_eq!(half.json::<Value>().await.unwrap(), json!({ "rows": [1, 2], "total": 4 }));
    assert_eq!(sim.get("/rows").await.json::<Value>().await.unwrap()["rows"], json!([1]));
    let broken = sim.get("/rows").await.text().await.unwrap();
    assert!(serde_json::from_str::<Value>(&broken).is_err(), "{broken}");
    let empty = sim.get("/rows").await;
    assert!(!empty.headers().contains_key("link"));
    assert_eq!(empty.json::<Value>().await.unwrap()["rows"], json!([]));
    assert_eq!(sim.get("/list").await.json::<Value>().await.unwrap(), json!([]));
}

#[tokio::test]
async fn a_disconnect_fault_closes_the_connection() {
    let sim = stand_in(Faults::default()).await;
    sim.fault(json!({ "path": "/rows", "kind": "disconnect", "times": 1 })).await;
    let broken = async { sim.client.get(sim.url("/rows")).send().await?.text().await };
    assert!(broken.await.is_err());
    assert_eq!(sim.get("/rows").await.status(), 200);
}

#[tokio::test]
async fn latency_delays_answers_except_sim_routes() {
    let latency = Latency { base: Duration::from_millis(30), jitter: Duration::from_millis(20) };
    let sim = stand_in(Faults::new(7).with_latency(Some(latency))).await;
    let begun = Instant::now();
    sim.get("/rows").await;
    assert!(begun.elapsed() >= latency.base);
    sim.fault(json!({ "path": "/rows", "kind": "delay", "ms": 100 })).await;
    let begun = Instant::now();
    assert_eq!(sim.get("/rows").await.status(), 200);
    assert!(begun.elapsed() >= Duration::from_millis(130), "both delays");
}

#[tokio::test]
async fn requests_are_recorded_without_credentials() {
    let sim = stand_in(Faults::default()).await;
    sim.client.get(sim.url("/rows?page=2")).basic_auth("key", Some("X")).send().await.unwrap();
    sim.get("/nowhere").await;
    let seen: Value = sim.get("/_sim/requests").await.json().await.unwrap();
    assert_eq!(
        seen,
        json!([
            { "method": "GET", "path": "/rows", "query": "page=2", "status": 200 },
            { "method": "GET", "path": "/nowhere", "query": "", "status": 404 },
        ])
    );
    assert_eq!(sim.client.delete(sim.url("/_sim/requests")).send().await.unwrap().status(), 204);
    assert_eq!(sim.get("/_sim/requests").await.json::<Value>().await.unwrap(), json!([]));
}

#[tokio::test]
async fn random_faults_are_repeatable_by_seed() {
    let draw = async |seed: u64| {
        let sim = stand_in(Faults::new(seed)).await;
        sim.fault(json!({ "path": "/rows", "kind": "status", "status": 500, "probability": 0.5 })).await;
        sim.statuses("/rows", 20).await
    };
    let (one, again) = (draw(1).await, draw(1).await);
    assert_eq!(one, again);
    assert!(one.contains(&200) && one.contains(&500));
}
