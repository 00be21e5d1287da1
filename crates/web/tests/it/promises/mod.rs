//! Guarantees of the hub as a whole, in combinations that the tests of a single feature do not cover: concurrent, after
//! a rejection, late, duplicated, reordered, and undone (`H02`, `H04`, `H05`, `H10`).

mod holds;
mod persons;
mod records;
mod repeats;
mod together;

use std::collections::BTreeSet;
use std::time::Duration;

use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use testkit::{Answer, Known, TestApp};

/// The session cookie of the identity provider. Without it, the provider asks for credentials.
const AT_PROVIDER: &str = "marzipan_session";

/// A customer's whole timeline, oldest first. Verifies every page, and that the sequence has no gaps or duplicates.
async fn history(app: &TestApp, customer: &str, page: usize) -> Vec<Value> {
    let path = format!("/customers/{customer}/timeline?limit={page}");
    let (mut entries, mut cursor) = (Vec::new(), String::new());
    loop {
        let shown = app.api.get(&format!("{path}{cursor}"), &app.api_key).await.json();
        assert_eq!((&shown["verified"], &shown["broken"]), (&json!(true), &Value::Null), "{customer}");
        entries.extend(shown["items"].as_array().unwrap().iter().cloned());
        let Some(next) = shown["next_cursor"].as_str() else { break };
        cursor = format!("&cursor={next}");
    }
    entries.reverse();
    let places: Vec<_> = entries.iter().map(|entry| entry["seq"].as_i64().unwrap()).collect();
    let all: Vec<_> = (1..=places.len()).map(|place| i64::try_from(place).unwrap()).collect();
    assert_eq!(places, all, "{customer}");
    entries
}

async fn history_of(app: &TestApp, who: Known) -> Vec<Value> {
    history(app, &app.customer_of(who.requester).await, 200).await
}

fn count(entries: &[Value], event: &str) -> usize {
    entries.iter().filter(|entry| entry["event"] == event).count()
}

/// Sends a request with an idempotency key.
async fn keyed(app: &TestApp, method: Method, path: &str, (credential, key): (&str, &str), body: &Value) -> Answer {
    let send = |request: RequestBuilder| request.bearer_auth(credential).header("idempotency-key", key).json(body);
    app.api.send(method, path, send).await
}

async fn post(app: &TestApp, path: &str, key: &str, body: &Value) -> Answer {
    keyed(app, Method::POST, path, (&app.api_key, key), body).await
}

/// The distinct ids in these answers, all of which must have this status.
fn ids(answers: &[Answer], status: u16) -> BTreeSet<String> {
    let id = |answer: &Answer| {
        assert_eq!(answer.status, status, "{}", answer.body);
        answer.json()["id"].as_str().unwrap().to_owned()
    };
    answers.iter().map(id).collect()
}

async fn failed_jobs(app: &TestApp) -> Vec<Value> {
    let failed = app.api.get("/jobs?state=failed&limit=200", &app.api_key).await.json();
    failed["items"].as_array().unwrap().clone()
}

/// Delivers a webhook without running the jobs.
async fn hook(app: &TestApp, body: &str) {
    assert_eq!(app.deliver(body).await.0, 202, "{body}");
}

async fn asset_hook(app: &TestApp, id: u64) {
    hook(app, &format!(r#"{{"display_id":"{id}"}}"#)).await;
}

async fn requester_hook(app: &TestApp, id: &str) {
    hook(app, &format!(r#"{{"requester_id":"{id}"}}"#)).await;
}

async fn holder(app: &TestApp, id: u64, requester: Value) {
    app.call_desk(Method::PUT, &format!("/assets/{id}"), json!({ "user_id": requester })).await;
}

async fn refresh(app: &TestApp, who: Known) {
    let path = format!("/customers/{}/refresh", app.customer_of(who.requester).await);
    assert_eq!(app.api.order(&path, &app.api_key).await.status, 202);
}

/// Runs the pending jobs in two concurrent workers.
async fn work(app: &TestApp) {
    tokio::join!(app.hub.run_pending(), app.hub.run_pending());
    app.hub.run_pending().await;
}

/// Advances the clock by a day and a half, and runs all jobs that become due.
async fn a_day_and_a_half(app: &TestApp) {
    for _ in 0..36 {
        app.advance(Duration::from_hours(1));
        app.hub.run_pending().await;
    }
}

async fn customer(app: &TestApp, id: &str) -> Value {
    app.api.get(&format!("/customers/{id}"), &app.api_key).await.json()
}

/// The ids of a customer's devices.
async fn devices(app: &TestApp, id: &str) -> BTreeSet<String> {
    let shown = customer(app, id).await;
    shown["devices"].as_array().unwrap().iter().map(|device| device["id"].as_str().unwrap().to_owned()).collect()
}

/// The serial numbers shown in a person's app.
async fn serials(app: &TestApp, who: Known) -> Vec<String> {
    let token = app.access_token(who.email).await;
    let mine = app.api.get("/me/devices", &token).await.json();
    mine["devices"].as_array().unwrap().iter().map(|it| it["serial"].as_str().unwrap_or_default().to_owned()).collect()
}

/// The changes of a full dry run, for each kind.
async fn would_change(app: &TestApp) -> Vec<Value> {
    let asked = app.api.post("/sweeps", &app.api_key, json!({ "dry_run": true, "mode": "full" })).await.json();
    app.hub.run_pending().await;
    let mut changes = Vec::new();
    for sweep in asked["items"].as_array().unwrap() {
        let path = format!("/sweeps/{}", sweep["id"].as_str().unwrap());
        let ended = app.api.get(&path, &app.api_key).await.json();
        assert!(["finished", "planned"].contains(&ended["state"].as_str().unwrap()), "{ended}");
        let listed = app.api.get(&format!("{path}/changes?limit=200"), &app.api_key).await.json();
        changes.extend(listed["items"].as_array().unwrap().clone());
    }
    changes
}

/// The held sweeps.
async fn holds(app: &TestApp) -> Vec<Value> {
    let all = app.api.get("/sweeps?limit=200", &app.api_key).await.json();
    all["items"].as_array().unwrap().iter().filter(|sweep| sweep["state"] == "held").cloned().collect()
}

/// Request body that selects some of the held changes.
fn chosen(part: &[Value]) -> Value {
    json!({ "changes": part.iter().map(|change| &change["id"]).collect::<Vec<_>>() })
}
