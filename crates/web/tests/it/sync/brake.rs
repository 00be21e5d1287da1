//! The brake applies to every source of changes, including the refresh of a customer, a deactivation, and two
//! concurrent sweeps.

use std::time::Duration;

use serde_json::json;
use tessera_core::sync::jobs::{Hint, SweepOf};
use tessera_core::sync::sweep::SweepMode;
use tessera_hub::SweepOrder;
use tessera_sim::freshservice::Versioned;
use testkit::{ADA, BEN, CLI, DESK, EVE, Known, TestApp, client};

use crate::sync::sweeps::{alarms, all_assets, devices_of, roof};

/// Refreshes a customer's records.
async fn refreshed(app: &TestApp, who: Known) {
    let customer = app.customer_of(who.requester).await;
    assert_eq!(app.api.order(&format!("/customers/{customer}/refresh"), &app.api_key).await.status, 202);
    app.hub.run_pending().await;
}

async fn events(app: &TestApp, who: Known) -> Vec<String> {
    let customer = app.customer_of(who.requester).await;
    let timeline = app.api.get(&format!("/customers/{customer}/timeline"), &app.api_key).await.json();
    timeline["items"].as_array().unwrap().iter().map(|it| it["event"].as_str().unwrap().to_owned()).collect()
}

/// The sweep that holds single changes.
async fn held(app: &TestApp) -> String {
    let all = app.api.get("/sweeps", &app.api_key).await.json();
    let held = all["items"].as_array().unwrap().iter().find(|sweep| sweep["state"] == "held");
    format!("/sweeps/{}", held.unwrap_or_else(|| panic!("nothing is held: {all}"))["id"].as_str().unwrap())
}

/// Uses up the limit: single changes have removed twenty devices, and the next removal is held.
async fn exhausted(app: &TestApp) {
    roof(app).await;
    app.advance(Duration::from_mins(1));
    app.move_added_devices(1002, None);
    let ids: Vec<_> = app.desk.desk().assets.values().map(|row| row.current().asset.display_id).collect();
    let hints = ids.iter().map(|id| Hint::Asset { display_id: id.to_string() }).collect();
    app.hub.request_fetch(hints, &DESK).await.unwrap();
    app.hub.run_pending().await;
    assert_eq!((devices_of(app, BEN.email).await, alarms(app).await), (12, vec!["changes_held".to_owned()]));
}

#[testkit::both_databases]
async fn h04_a_refresh_does_not_apply_held_changes(app: TestApp) {
    app.activated(ADA).await;
    exhausted(&app).await;
    let url = format!("{}/requesters/{}", app.hub.desk.address().as_str().trim_end_matches('/'), ADA.requester);
    let gone = client().delete(url).basic_auth(app.desk.api_key(), Some("X")).send().await.unwrap();
    assert_eq!(gone.status(), 204, "deactivated");
    app.advance(Duration::from_mins(1));
    refreshed(&app, ADA).await;
    assert_eq!(devices_of(&app, ADA.email).await, 1, "the brake holds the deactivation");
    refreshed(&app, ADA).await;

    let path = held(&app).await;
    assert_eq!(app.api.order(&format!("{path}/apply"), &app.api_key).await.status, 202);
    app.hub.run_pending().await;
    assert_eq!(devices_of(&app, ADA.email).await, 0, "applied, it is so");
    assert_eq!(events(&app, ADA).await[0], "requester_deactivated");
    assert!(alarms(&app).await.is_empty());
}

#[testkit::both_databases]
async fn a22_a_refresh_of_the_new_owner_updates_the_old_one(app: TestApp) {
    app.activated(BEN).await;
    app.activated(ADA).await;
    app.desk.change(|desk| {
        let mut theirs = desk.assets.values_mut().filter(|row| row.current().asset.user_id == Some(1002));
        let row = theirs.next().unwrap();
        let mut moved = row.current().clone();
        moved.asset.user_id = Some(1001);
        *row = Versioned::new(moved.clone(), moved.asset.created_at);
    });
    app.advance(Duration::from_mins(10));
    refreshed(&app, ADA).await;
    assert_eq!((devices_of(&app, ADA.email).await, devices_of(&app, BEN.email).await), (2, 1));
    assert_eq!(events(&app, BEN).await[0], "device_unassigned");
    let assigned = events(&app, ADA).await.iter().filter(|event| *event == "device_assigned").count();
    assert_eq!(assigned, 2, "each is told once");
}

#[testkit::both_databases]
async fn h04_removals_by_a_refresh_are_limited_by_the_brake(app: TestApp) {
    roof(&app).await;
    app.activated(ADA).await;
    app.advance(Duration::from_mins(10));
    app.move_added_devices(1002, Some(1001));
    refreshed(&app, ADA).await;
    assert_eq!((devices_of(&app, BEN.email).await, devices_of(&app, ADA.email).await), (12, 21));
    assert_eq!(alarms(&app).await, ["changes_held"]);
    let path = held(&app).await;
    assert_eq!(app.api.order(&format!("{path}/apply"), &app.api_key).await.status, 202);
    app.hub.run_pending().await;
    assert_eq!((devices_of(&app, BEN.email).await, devices_of(&app, ADA.email).await), (2, 31));
}

#[testkit::both_databases]
async fn h06_two_concurrent_runs_of_a_sweep_do_not_interfere(app: TestApp) {
    app.add_devices(Some(1002), 250);
    app.activated(BEN).await;
    let order = SweepOrder { what: SweepOf::Assets, mode: SweepMode::Full, dry: false };
    let sweep = app.hub.begin_sweep(order, &CLI).await.unwrap();
    let (one, other) =
        tokio::join!(app.hub.run_begun(SweepOf::Assets, sweep.id), app.hub.run_begun(SweepOf::Assets, sweep.id));
    one.unwrap();
    other.unwrap();
    assert!(alarms(&app).await.is_empty());
    let shown = app.api.get(&format!("/sweeps/{}", sweep.id), &app.api_key).await.json();
    assert_eq!((&shown["state"], &shown["seen"]), (&json!("finished"), &json!(256)), "{shown}");
    assert_eq!(all_assets(&app).await["changed"], 0);
}

#[testkit::both_databases]
async fn h04_a_sweep_aborted_at_the_command_line_is_resumed(app: TestApp) {
    let order = SweepOrder { what: SweepOf::Assets, mode: SweepMode::Full, dry: false };
    let left = app.hub.begin_sweep(order, &CLI).await.unwrap();
    for at in [Duration::ZERO, Duration::from_mins(15)] {
        app.advance(at);
        app.hub.request_due_sweeps().await.unwrap();
    }
    app.hub.run_pending().await;
    let shown = app.api.get(&format!("/sweeps/{}", left.id), &app.api_key).await.json();
    assert_eq!((&shown["state"], &shown["seen"]), (&json!("finished"), &json!(6)), "{shown}");
}

#[testkit::both_databases]
async fn h04_a19_a_held_assignment_is_explained_to_its_new_owner(app: TestApp) {
    let mut eve = app.activated(EVE).await;
    roof(&app).await;
    let metrics = async || client().get(format!("{}/metrics", app.url)).send().await.unwrap().text().await.unwrap();
    assert!(!metrics().await.contains("tessera_alarms{"));
    app.move_added_devices(1002, Some(1005));
    assert_eq!(all_assets(&app).await["state"], "held");
    let why = app.api.get("/why?subject=1005", &app.api_key).await.json();
    assert_eq!(why["reason"]["code"], "changes_held", "{why}");
    let page = eve.open(&format!("{}/portal/customer", app.url)).await;
    assert!(page.body.contains("We are checking a change"), "{}", page.body);
    app.advance(Duration::from_secs(5));
    let alarm = "tessera_alarms{system=\"freshservice\",code=\"changes_held\"} 1";
    assert!(metrics().await.contains(alarm), "{}", metrics().await);

    let path = held(&app).await;
    assert_eq!(app.api.order(&format!("{path}/apply"), &app.api_key).await.status, 202);
    app.hub.run_pending().await;
    let page = eve.open(&format!("{}/portal/customer", app.url)).await;
    assert!(page.body.contains("Roof") && !page.body.contains("We are checking"), "{}", page.body);
    app.advance(Duration::from_secs(5));
    assert!(!metrics().await.contains("tessera_alarms{"));
}

#[testkit::both_databases]
async fn h04_removals_by_single_changes_count_for_the_next_sweep(app: TestApp) {
    app.activated(EVE).await;
    roof(&app).await;
    // Eve's own refresh is due, and removes as many devices as single changes may.
    app.advance(Duration::from_mins(1));
    app.move_added_devices(1002, Some(1005));
    let swept = all_assets(&app).await;
    assert_eq!((&swept["state"], &swept["takes_away"]), (&json!("held"), &json!(10)), "{swept}");
    assert_eq!((devices_of(&app, BEN.email).await, devices_of(&app, EVE.email).await), (12, 20));
}
