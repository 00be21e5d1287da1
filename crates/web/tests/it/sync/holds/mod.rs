//! Holds of the brake.

mod decisions;
mod removals;

use serde_json::Value;
use tessera_core::sync::jobs::Hint;
use testkit::{DESK, TestApp};

/// The display ids of the thirty devices on the roof.
fn roofs(app: &TestApp) -> Vec<u64> {
    let desk = app.desk.desk();
    let rows = desk.assets.values().map(|row| row.current().asset.clone());
    rows.filter(|asset| asset.name.starts_with("Roof")).map(|asset| asset.display_id).collect()
}

/// Delivers webhooks about all of these.
async fn hooks(app: &TestApp, devices: &[u64]) {
    let hints = devices.iter().map(|id| Hint::Asset { display_id: id.to_string() }).collect();
    app.hub.request_fetch(hints, &DESK).await.unwrap();
    app.hub.run_pending().await;
}

async fn refreshed(app: &TestApp, requester: &str) {
    let customer = app.customer_of(requester).await;
    assert_eq!(app.api.order(&format!("/customers/{customer}/refresh"), &app.api_key).await.status, 202);
    app.hub.run_pending().await;
}

async fn sweeps_in(app: &TestApp, state: &str) -> Vec<Value> {
    let all = app.api.get("/sweeps?limit=200", &app.api_key).await.json();
    all["items"].as_array().unwrap().iter().filter(|sweep| sweep["state"] == state).cloned().collect()
}

/// The only hold, as its `/sweeps/…` path, with its changes.
async fn the_hold(app: &TestApp) -> (String, Vec<Value>) {
    let held = sweeps_in(app, "held").await;
    assert_eq!(held.len(), 1, "{held:?}");
    let path = format!("/sweeps/{}", held[0]["id"].as_str().unwrap());
    let changes = app.api.get(&format!("{path}/changes?limit=200"), &app.api_key).await.json();
    let changes = changes["items"].as_array().unwrap().clone();
    let takes: i64 = changes.iter().map(|change| change["takes_away"].as_i64().unwrap()).sum();
    assert_eq!(held[0]["takes_away"], takes, "its count is that of its changes");
    (path, changes)
}

async fn alarm(app: &TestApp) -> String {
    let systems = app.api.get("/systems", &app.api_key).await.json();
    systems["alarms"][0]["detail"].as_str().unwrap_or_default().to_owned()
}

fn ids(changes: &[Value]) -> Vec<&str> {
    changes.iter().map(|change| change["id"].as_str().unwrap()).collect()
}
