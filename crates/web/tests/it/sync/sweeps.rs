//! Sweeps, also with broken outside systems: nothing is removed by mistake.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};
use tessera_core::sync::jobs::Hint;
use tessera_sim::faults::{Cut, Fault, FaultKind};
use tessera_sim::freshservice::Versioned;
use testkit::{ADA, BEN, Browser, Colleague, DESK, TestApp, client};

const ASSETS: &str = "/api/v2/assets";

/// Starts a sweep through the API, runs it, and returns its state.
async fn swept(app: &TestApp, order: Value) -> Value {
    let asked = app.api.post("/sweeps", &app.api_key, order).await;
    assert_eq!(asked.status, 202, "{}", asked.body);
    let id = asked.json()["items"][0]["id"].as_str().unwrap().to_owned();
    app.hub.run_pending().await;
    shown(app, &id).await
}

async fn shown(app: &TestApp, id: &str) -> Value {
    app.api.get(&format!("/sweeps/{id}"), &app.api_key).await.json()
}

pub async fn all_assets(app: &TestApp) -> Value {
    swept(app, json!({ "kinds": ["assets"] })).await
}

pub async fn alarms(app: &TestApp) -> Vec<String> {
    let systems = app.api.get("/systems", &app.api_key).await.json();
    systems["alarms"].as_array().unwrap().iter().map(|alarm| alarm["code"].as_str().unwrap().to_owned()).collect()
}

pub async fn devices_of(app: &TestApp, email: &str) -> usize {
    let token = app.access_token(email).await;
    app.api.get("/me/devices", &token).await.json()["devices"].as_array().unwrap().len()
}

fn break_it(app: &TestApp, path: &str, kind: FaultKind, skip: u64) {
    app.desk.faults().add(Fault { path: path.to_owned(), method: None, kind, times: None, skip, probability: None });
}

const fn status(status: u16, retry_after: Option<u64>) -> FaultKind {
    FaultKind::Status { status, retry_after, body: None }
}

/// The pages of assets requested since the last call.
fn pages_asked(app: &TestApp) -> Vec<String> {
    let requests = app.desk.faults().requests();
    app.desk.faults().forget_requests();
    let lists = requests.into_iter().filter(|request| request.path == ASSETS && request.query.contains("per_page"));
    let page = |query: String| query.split('&').find_map(|part| part.strip_prefix("page=").map(ToOwned::to_owned));
    lists.filter_map(|request| page(request.query)).collect()
}

/// Creates thirty-two devices of one customer, and runs a sweep.
pub async fn roof(app: &TestApp) {
    app.add_devices(Some(1002), 30);
    app.activated(BEN).await;
    assert_eq!(devices_of(app, BEN.email).await, 32);
    assert_eq!(all_assets(app).await["state"], "finished");
}

#[testkit::both_databases]
async fn h06_an_incremental_sweep_reads_only_changes(app: TestApp) {
    app.add_devices(None, 250);
    let order = json!({ "kinds": ["assets"], "mode": "incremental" });
    let first = swept(&app, order.clone()).await;
    assert_eq!((&first["mode"], &first["seen"]), (&json!("full"), &json!(256)), "there was none before: {first}");

    app.advance(Duration::from_hours(1));
    let id = app
        .desk
        .desk()
        .assets
        .values()
        .find(|row| row.current().asset.name == "Wi-Fi router")
        .unwrap()
        .current()
        .asset
        .display_id;
    app.call_desk(Method::PUT, &format!("/assets/{id}"), json!({ "user_id": 1001 })).await;
    pages_asked(&app);
    let next = swept(&app, order).await;
    assert_eq!(
        (&next["mode"], &next["state"], &next["changed"]),
        (&json!("incremental"), &json!("finished"), &json!(1))
    );
    assert_eq!(next["since"], "2026-06-01T07:55:00Z", "a little before the last one began");
    assert_eq!(pages_asked(&app), ["1"], "the second page is older than that");
    let record = app.api.get(&format!("/records/freshservice/asset/{id}"), &app.api_key).await.json();
    assert_eq!(record["attributes"]["used_by"], "1001");
    let requesters = swept(&app, json!({ "kinds": ["requesters"], "mode": "incremental" })).await;
    assert_eq!(requesters["mode"], "full", "the service desk lists them by name only");
}

#[testkit::both_databases]
async fn h04_a_dry_run_changes_nothing_until_it_is_applied(app: TestApp) {
    app.activated(ADA).await;
    app.activated(BEN).await;
    app.hub.request_sweeps().await.unwrap();
    app.hub.run_pending().await;
    let id = app
        .desk
        .desk()
        .assets
        .values()
        .find(|row| row.current().asset.user_id == Some(1002))
        .unwrap()
        .current()
        .asset
        .display_id;
    app.call_desk(Method::PUT, &format!("/assets/{id}"), json!({ "user_id": 1001 })).await;

    let plan = swept(&app, json!({ "kinds": ["assets"], "dry_run": true })).await;
    assert_eq!((&plan["state"], &plan["changed"], &plan["takes_away"]), (&json!("planned"), &json!(1), &json!(1)));
    let path = format!("/sweeps/{}", plan["id"].as_str().unwrap());
    let changes = app.api.get(&format!("{path}/changes"), &app.api_key).await.json();
    let change = &changes["items"][0];
    assert_eq!(change["record"], format!("freshservice:asset:{id}"));
    assert!(change["before"].as_str().unwrap().contains("used by: Ben Example (requester 1002)"), "{change}");
    assert!(change["after"].as_str().unwrap().contains("used by: Ada Example (requester 1001)"), "{change}");
    assert_eq!((devices_of(&app, ADA.email).await, devices_of(&app, BEN.email).await), (1, 2), "nothing was changed");

    assert_eq!(app.api.order(&format!("{path}/apply"), &app.api_key).await.status, 202);
    app.hub.run_pending().await;
    assert_eq!((devices_of(&app, ADA.email).await, devices_of(&app, BEN.email).await), (2, 1));
    let applied = app.api.get(&path, &app.api_key).await.json();
    assert_eq!((&applied["state"], &applied["decided_by"]), (&json!("applied"), &json!("api_key:test")));
    app.api.order(&format!("{path}/apply"), &app.api_key).await.problem(409, "nothing_to_decide");
    assert_eq!(all_assets(&app).await["changed"], 0, "exactly what upstream says");
}

#[testkit::both_databases]
async fn h04_an_outdated_plan_is_refused_as_a_whole(app: TestApp) {
    app.activated(BEN).await;
    all_assets(&app).await;
    app.add_devices(Some(1002), 3);
    let plan = swept(&app, json!({ "kinds": ["assets"], "dry_run": true })).await;
    let path = format!("/sweeps/{}", plan["id"].as_str().unwrap());
    app.advance(Duration::from_mins(1));
    let first = app.api.get(&format!("{path}/changes?limit=1"), &app.api_key).await.json();
    assert!(first["next_cursor"].is_string());
    let id = first["items"][0]["record"].as_str().unwrap().rsplit(':').next().unwrap().to_owned();
    app.call_desk(Method::PUT, &format!("/assets/{id}"), json!({ "user_id": null })).await;
    all_assets(&app).await;
    assert_eq!(devices_of(&app, BEN.email).await, 4);
    let refused = app.api.order(&format!("{path}/apply"), &app.api_key).await;
    assert!(refused.problem(409, "world_moved").contains("1 of the records"), "{}", refused.body);
    assert_eq!(app.api.get(&path, &app.api_key).await.json()["state"], "planned");
    assert_eq!(app.api.order(&format!("{path}/discard"), &app.api_key).await.json()["state"], "discarded");
    assert_eq!(devices_of(&app, BEN.email).await, 4);
}

#[testkit::both_databases]
async fn h04_a_held_mass_unassignment_is_released_when_it_is_reverted(app: TestApp) {
    roof(&app).await;
    app.move_added_devices(1002, None);
    for _ in 0..2 {
        let held = all_assets(&app).await;
        assert_eq!((&held["state"], &held["takes_away"]), (&json!("held"), &json!(30)));
        assert_eq!(devices_of(&app, BEN.email).await, 32, "nothing was taken away");
        assert_eq!(alarms(&app).await, ["changes_held"]);
    }
    let why = app.api.get("/why?subject=1002", &app.api_key).await.json();
    assert_eq!((&why["reason"]["code"], &why["reason"]["action"]), (&json!("changes_held"), &json!("release_changes")));
    let doctor = app.api.get("/doctor", &app.api_key).await.json();
    assert!(doctor["checks"].as_array().unwrap().iter().any(|it| it["name"] == "alarm" && it["outcome"] == "fail"));
    let ready = client().get(format!("{}/readyz", app.url)).send().await.unwrap();
    assert_eq!(ready.status(), 200, "the hub itself is well");
    app.advance(Duration::from_mins(1));
    app.move_added_devices(0, None);
    app.desk.change(|desk| {
        for row in desk.assets.values_mut().filter(|row| row.current().asset.name.starts_with("Roof")) {
            let mut back = row.current().clone();
            back.asset.user_id = Some(1002);
            *row = Versioned::new(back.clone(), back.asset.created_at);
        }
    });
    assert_eq!(all_assets(&app).await["state"], "finished");
    assert!(alarms(&app).await.is_empty(), "it ends by itself");
    assert_eq!(devices_of(&app, BEN.email).await, 32);
    let all = app.api.get("/sweeps", &app.api_key).await.json();
    assert!(all["items"].as_array().unwrap().iter().all(|sweep| sweep["state"] != "held"), "{all}");
}

#[testkit::both_databases]
async fn h04_staff_apply_or_discard_held_changes(app: TestApp) {
    roof(&app).await;
    app.activated(ADA).await;
    app.move_added_devices(1002, Some(1001));
    let first = all_assets(&app).await;
    let mut agnes = Colleague::signed_in(&app).await;
    agnes.open("/systems").await.says(&["would take 30 devices or links from customers, of 33"]);
    agnes.open("/sweeps").await.says(&["Waiting for a decision", "Held by the brake"]);
    let page = format!("/sweeps/{}", first["id"].as_str().unwrap());
    agnes.open(&page).await.says(&[
        "30 changes wait",
        "used by: Ben Example (requester 1002)",
        "Ada Example",
        "Loses it",
    ]);
    agnes.post(&format!("{page}/discard"), &[]).await.says(&["Discarded", "Nothing was changed"]);
    assert!(alarms(&app).await.is_empty());
    assert_eq!(devices_of(&app, BEN.email).await, 32);

    let second = all_assets(&app).await;
    assert_eq!(second["state"], "held", "it is still so");
    agnes.post(&format!("/sweeps/{}/apply", second["id"].as_str().unwrap()), &[]).await.says(&["being applied"]);
    app.hub.run_pending().await;
    assert_eq!((devices_of(&app, BEN.email).await, devices_of(&app, ADA.email).await), (2, 31));
    assert!(alarms(&app).await.is_empty());
    assert_eq!(shown(&app, second["id"].as_str().unwrap()).await["decided_by"], "staff:agnes");
}

#[testkit::both_databases]
async fn h04_single_changes_beyond_the_limit_are_held(app: TestApp) {
    roof(&app).await;
    app.advance(Duration::from_mins(1));
    let roofs = |row: &&Versioned<tessera_sim::freshservice::AssetRow>| row.current().asset.name.starts_with("Roof");
    let ids: Vec<_> = app.desk.desk().assets.values().filter(roofs).map(|row| row.current().asset.display_id).collect();
    app.move_added_devices(1002, None);
    let hints = ids.iter().map(|id| Hint::Asset { display_id: id.to_string() }).collect();
    app.hub.request_fetch(hints, &DESK).await.unwrap();
    app.hub.run_pending().await;
    assert_eq!(devices_of(&app, BEN.email).await, 12, "twenty went, ten are held");
    assert_eq!(alarms(&app).await, ["changes_held"]);
    let all = app.api.get("/sweeps", &app.api_key).await.json();
    let held = all["items"].as_array().unwrap().iter().find(|sweep| sweep["state"] == "held").unwrap();
    assert_eq!(held["kind"], "single");
    let path = format!("/sweeps/{}", held["id"].as_str().unwrap());
    let changes = app.api.get(&format!("{path}/changes"), &app.api_key).await.json();
    assert_eq!(changes["items"].as_array().unwrap().len(), 10);
    assert_eq!(app.api.order(&format!("{path}/apply"), &app.api_key).await.status, 202);
    app.hub.run_pending().await;
    assert_eq!(devices_of(&app, BEN.email).await, 2);
    assert!(alarms(&app).await.is_empty());
}

#[testkit::both_databases]
async fn h04_an_empty_list_removes_nothing(app: TestApp) {
    roof(&app).await;
    app.advance(Duration::from_mins(1));
    break_it(&app, ASSETS, FaultKind::Empty, 0);
    let short = all_assets(&app).await;
    assert_eq!((&short["state"], &short["seen"], &short["missing"]), (&json!("failed"), &json!(0), &json!(36)));
    assert_eq!(alarms(&app).await, ["list_too_short"]);
    assert_eq!(devices_of(&app, BEN.email).await, 32);
    let token = app.access_token(BEN.email).await;
    let mine = app.api.get("/me/devices", &token).await.json();
    assert_eq!(mine["devices"][0]["as_of"], "2026-06-01T08:00:00Z", "as old as it is");
    app.desk.faults().clear();
    assert_eq!(all_assets(&app).await["state"], "finished");
    assert!(alarms(&app).await.is_empty(), "it recovers by itself");
    let mine = app.api.get("/me/devices", &token).await.json();
    assert_eq!(mine["devices"][0]["as_of"], "2026-06-01T08:01:00Z");
}

#[testkit::both_databases]
async fn h04_a_truncated_list_removes_nothing(app: TestApp) {
    app.add_devices(None, 30);
    roof(&app).await;
    app.advance(Duration::from_mins(1));
    break_it(&app, ASSETS, FaultKind::Truncate { cut: Cut::Rows, keep: None }, 0);
    let half = all_assets(&app).await;
    assert_eq!((&half["state"], &half["seen"], &half["missing"]), (&json!("failed"), &json!(33), &json!(33)));
    assert!(half["error"].as_str().unwrap().contains("shows 33 of 66"), "{half}");
    assert_eq!((alarms(&app).await, devices_of(&app, BEN.email).await), (vec!["list_too_short".to_owned()], 32));
    app.desk.faults().clear();
    assert_eq!(all_assets(&app).await["state"], "finished");
    assert!(alarms(&app).await.is_empty());
}

#[testkit::both_databases]
async fn h04_a_sweep_stopped_at_page_7_resumes_there(app: TestApp) {
    app.add_devices(Some(1002), 3);
    app.activated(BEN).await;
    app.add_devices(None, 750);
    break_it(&app, ASSETS, status(500, None), 6);
    let stopped = all_assets(&app).await;
    assert_eq!((&stopped["state"], &stopped["page"], &stopped["seen"]), (&json!("paused"), &json!(6), &json!(600)));
    assert!(stopped["error"].as_str().unwrap().contains("500"), "{stopped}");
    assert_eq!((alarms(&app).await, devices_of(&app, BEN.email).await), (vec!["sweep_stopped".to_owned()], 5));
    let systems = app.api.get("/systems", &app.api_key).await.json();
    assert!(systems["alarms"][0]["detail"].as_str().unwrap().contains("at page 7"), "{systems}");

    app.desk.faults().clear();
    pages_asked(&app);
    app.advance(Duration::from_hours(1));
    app.hub.run_pending().await;
    let done = shown(&app, stopped["id"].as_str().unwrap()).await;
    assert_eq!((&done["state"], &done["seen"], &done["error"]), (&json!("finished"), &json!(759), &Value::Null));
    assert_eq!(pages_asked(&app), ["7", "8"]);
    assert!(alarms(&app).await.is_empty());
}

#[testkit::both_databases]
async fn h04_expired_credentials_remove_nothing(app: TestApp) {
    roof(&app).await;
    app.advance(Duration::from_mins(1));
    break_it(&app, "*", status(401, None), 0);
    let stopped = all_assets(&app).await;
    assert_eq!(stopped["state"], "failed");
    assert!(stopped["error"].as_str().unwrap().contains("API key"), "{stopped}");
    assert_eq!((alarms(&app).await, devices_of(&app, BEN.email).await), (vec!["sweep_stopped".to_owned()], 32));
    let mut agnes = Colleague::signed_in(&app).await;
    agnes
        .open("/sweeps")
        .await
        .says(&["does not accept the configured API key", "Put a valid one into the configuration"]);
    app.desk.faults().clear();
    app.advance(Duration::from_mins(16));
    app.hub.request_due_sweeps().await.unwrap();
    app.hub.run_pending().await;
    assert!(alarms(&app).await.is_empty(), "it recovers by itself");
    app.expect_failed_jobs(&["sweep"]);
}

#[testkit::both_databases]
async fn h04_a_broken_connection_removes_nothing(app: TestApp) {
    roof(&app).await;
    app.advance(Duration::from_mins(1));
    break_it(&app, "*", FaultKind::Disconnect, 0);
    let stopped = all_assets(&app).await;
    assert_eq!(stopped["state"], "paused");
    assert!(stopped["forecast_at"].is_string(), "it says when it goes on: {stopped}");
    assert_eq!((alarms(&app).await, devices_of(&app, BEN.email).await), (vec!["sweep_stopped".to_owned()], 32));
    app.desk.faults().clear();
    app.advance(Duration::from_mins(16));
    app.hub.run_pending().await;
    assert_eq!(shown(&app, stopped["id"].as_str().unwrap()).await["state"], "finished");
    assert!(alarms(&app).await.is_empty());
}

#[testkit::both_databases]
async fn h06_work_resumes_before_a_retry_after_of_one_hour_ends(app: TestApp) {
    roof(&app).await;
    app.advance(Duration::from_hours(1));
    app.hub.run_pending().await;
    let link = app.link(ADA.requester).await;
    break_it(&app, "/api/v2/*", status(429, Some(3600)), 0);
    app.desk.faults().forget_requests();
    let stopped = all_assets(&app).await;
    assert_eq!(stopped["state"], "paused");
    assert_eq!((alarms(&app).await, devices_of(&app, BEN.email).await), (vec!["sweep_stopped".to_owned()], 32));
    for _ in 0..5 {
        app.advance(Duration::from_mins(2));
        app.hub.run_pending().await;
    }
    let asked = app.desk.faults().requests().len();
    assert!((4..=20).contains(&asked), "single calls find out: {asked}");
    let systems = app.api.get("/systems", &app.api_key).await.json();
    assert_eq!(systems["systems"][0]["state"], "throttled");
    app.activate(&mut Browser::new(), &link, ADA.email).await;

    app.desk.faults().clear();
    for _ in 0..10 {
        app.advance(Duration::from_secs(80));
        app.hub.run_pending().await;
    }
    assert_eq!(devices_of(&app, ADA.email).await, 1, "the activation went through, long before the hour was over");
    assert_eq!(shown(&app, stopped["id"].as_str().unwrap()).await["state"], "finished");
    assert!(alarms(&app).await.is_empty());
    let systems = app.api.get("/systems", &app.api_key).await.json();
    assert_eq!(systems["systems"][0]["state"], "healthy");
}

#[testkit::both_databases]
async fn h06_sweeps_start_on_schedule(app: TestApp) {
    let run = async || -> Vec<(String, String)> {
        let before = app.api.get("/sweeps", &app.api_key).await.json()["items"].as_array().unwrap().len();
        app.hub.request_due_sweeps().await.unwrap();
        app.hub.run_pending().await;
        let all = app.api.get("/sweeps", &app.api_key).await.json();
        let new = all["items"].as_array().unwrap().len() - before;
        let text = |sweep: &Value, field: &str| sweep[field].as_str().unwrap().to_owned();
        let mut kinds: Vec<_> = all["items"].as_array().unwrap()[..new]
            .iter()
            .map(|sweep| (text(sweep, "kind"), text(sweep, "mode")))
            .collect();
        kinds.sort();
        kinds
    };
    let told =
        |kinds: &[(&str, &str)]| kinds.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect::<Vec<_>>();
    let full = told(&[("assets", "full"), ("contacts", "full"), ("requesters", "full")]);
    assert_eq!(run().await, full, "nothing was read yet");
    assert!(run().await.is_empty());
    app.advance(Duration::from_mins(15));
    assert_eq!(run().await, told(&[("assets", "incremental"), ("contacts", "incremental")]));
    app.advance(Duration::from_hours(24));
    assert_eq!(run().await, full);
}
