//! Loads by the API (`A08`, `A09`).

use std::time::Duration;

use serde_json::{Value, json};
use testkit::{Answer, TestApp};

use super::device_writes::{in_desk, swept};

async fn planned(app: &TestApp, kind: &str, table: &str) -> Answer {
    app.api.post("/device-loads", &app.api_key, json!({ "kind": kind, "table": table })).await
}

/// Runs a started load to its end.
async fn carried_out(app: &TestApp, load: &str) -> Value {
    for _ in 0..4 {
        app.hub.run_pending().await;
        app.advance(Duration::from_secs(6));
    }
    app.hub.run_pending().await;
    app.api.get(&format!("/device-loads/{load}"), &app.api_key).await.json()
}

#[testkit::both_databases]
async fn a08_new_devices_are_made_from_a_table(app: TestApp) {
    let (api, key) = (&app.api, &app.api_key);
    swept(&app).await;
    let table = "Name,Serial Number,Product,Vendor,Asset State,Requester\n\
                 PACE 1,LOAD-1,PACE,Wetility,In Stock,\n\
                 PACE 2,LOAD-2,Toaster,Wetility,In Stock,\n\
                 PACE 3,HIB-S1,PACE,Wetility,In Stock,\n\
                 PACE 4,LOAD-1,PACE,Wetility,In Stock,\n\
                 PACE 5,LOAD-5,PACE,Wetility,In Use,ben@example.com\n";
    let asked = planned(&app, "devices", table).await;
    assert_eq!(asked.status, 201, "{}", asked.body);
    let load = asked.json();
    let counts = ["lines", "changes", "wrong"].map(|name| load[name].as_i64().unwrap());
    assert_eq!((counts, &load["state"]), ([5, 2, 3], &json!("planned")));
    let id = load["id"].as_str().unwrap().to_owned();
    let wrong = api.get(&format!("/device-loads/{id}/lines?plan=wrong"), key).await.json();
    let problems: Vec<(i64, &str)> = wrong["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|line| (line["line"].as_i64().unwrap(), line["what"].as_str().unwrap()))
        .collect();
    assert!(problems[0].0 == 3 && problems[0].1.contains("Toaster"), "{problems:?}");
    assert!(problems[1].0 == 4 && problems[1].1.contains("HIB-S1 already"), "{problems:?}");
    assert_eq!(problems[2], (5, "line 2 is about the same device"));

    assert_eq!(api.order(&format!("/device-loads/{id}/start"), key).await.status, 202);
    let ended = carried_out(&app, &id).await;
    assert_eq!((&ended["load"]["state"], &ended["progress"]["done"]), (&json!("finished"), &json!(2)), "{ended}");
    let found = api.get("/inventory?q=LOAD", key).await.json();
    let devices: Vec<(&str, Value)> = found["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| (item["device"]["serial"].as_str().unwrap(), item["requester_id"].clone()))
        .collect();
    assert_eq!(devices.len(), 2, "{found}");
    assert!(devices.contains(&("LOAD-1", Value::Null)) && devices.contains(&("LOAD-5", json!("1002"))), "{devices:?}");
    let listed = api.get("/device-loads", key).await.json();
    assert_eq!(listed["items"][0]["id"], json!(id));
}

#[testkit::both_databases]
async fn a09_a_load_is_discarded_or_refused_with_the_reason(app: TestApp) {
    let (api, key) = (&app.api, &app.api_key);
    swept(&app).await;
    planned(&app, "assignments", "device\nHIB-S1\n").await.problem(422, "invalid_table");
    let nothing = planned(&app, "assignments", "device,requester\nHIB-A1,1001\n").await.json();
    let start = |id: &Value| format!("/device-loads/{}/start", id.as_str().unwrap());
    api.order(&start(&nothing["id"]), key).await.problem(409, "nothing_to_load");
    let load = planned(&app, "assignments", "device,requester\nHIB-S1,1005\n").await.json();
    let path = format!("/device-loads/{}", load["id"].as_str().unwrap());
    assert_eq!(api.delete(&path, key, None).await.json()["state"], "discarded");
    api.order(&start(&load["id"]), key).await.problem(409, "load_state");
    app.hub.run_pending().await;
    let stock = api.get("/inventory?show=stock&q=HIB-S1", key).await.json();
    let device = stock["items"][0]["device"]["id"].as_str().unwrap();
    assert_eq!(in_desk(&app, device).await["user_id"], Value::Null);
}
