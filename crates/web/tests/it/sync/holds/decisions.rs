//! Decisions on a hold: in whole, in part, once (`H04`).

use std::time::Duration;

use futures_util::future::join_all;
use serde_json::{Value, json};
use tessera_core::kernel::ids::CustomerId;
use tessera_sim::freshservice::Versioned;
use testkit::{BEN, Colleague, EVE, TestApp};

use super::{alarm, hooks, ids, refreshed, roofs, sweeps_in, the_hold};
use crate::sync::sweeps::{alarms, all_assets, devices_of, roof};

/// Reassigns devices to a requester in the service desk.
fn give_back(app: &TestApp, requester: u64, devices: &[u64]) {
    app.desk.change(|desk| {
        for id in devices {
            let row = desk.assets.get_mut(id).unwrap();
            let mut back = row.current().clone();
            back.asset.user_id = Some(requester);
            *row = Versioned::new(back.clone(), back.asset.created_at);
        }
    });
}

/// A title that occurs in exactly one change when the list is filtered by it: the words of "Roof 10" also match the
/// change of "Roof 11" of requester 1002.
async fn alone(app: &TestApp, path: &str, changes: &[Value]) -> Value {
    for title in changes.iter().map(|change| &change["title"]) {
        let text = title.as_str().unwrap().replace(' ', "%20");
        let shown = app.api.get(&format!("{path}/changes?kind=asset&text={text}"), &app.api_key).await.json();
        if shown["items"].as_array().unwrap().len() == 1 {
            return title.clone();
        }
    }
    panic!("no title is found alone: {changes:?}");
}

#[testkit::both_databases]
async fn h04_a_hold_is_decided_in_part_and_the_rest_is_reverted(app: TestApp) {
    roof(&app).await;
    app.move_added_devices(1002, None);
    let first = all_assets(&app).await;
    let first = format!("/sweeps/{}", first["id"].as_str().unwrap());
    let roofs = roofs(&app);
    hooks(&app, &roofs).await;
    refreshed(&app, BEN.requester).await;
    app.activated(EVE).await;
    app.advance(Duration::from_mins(1));
    let second = all_assets(&app).await;
    assert_eq!((&second["state"], &second["takes_away"]), (&json!("held"), &json!(30)));
    let (path, changes) = the_hold(&app).await;
    assert_eq!((path.as_str(), changes.len()), (&*format!("/sweeps/{}", second["id"].as_str().unwrap()), 30));

    // A client that has read the first sweep uses the same change ids there.
    let some = json!({ "changes": ids(&changes[..10]) });
    let asked = app.api.post(&format!("{first}/apply"), &app.api_key, some.clone()).await;
    assert_eq!((asked.status, &asked.json()["id"]), (202, &second["id"]));
    app.api.post(&format!("{path}/apply"), &app.api_key, some.clone()).await.problem(409, "nothing_to_decide");
    app.hub.run_pending().await;
    assert_eq!(devices_of(&app, BEN.email).await, 22);
    let (_, left) = the_hold(&app).await;
    assert_eq!(left.len(), 20);
    app.api.post(&format!("{path}/apply"), &app.api_key, some).await.problem(409, "nothing_to_decide");

    let discard = json!({ "text": alone(&app, &path, &left).await, "kind": "asset" });
    assert_eq!(app.api.post(&format!("{path}/discard"), &app.api_key, discard).await.status, 200);
    assert_eq!(the_hold(&app).await.1.len(), 19);
    app.advance(Duration::from_mins(1));
    give_back(&app, 1002, &roofs);
    hooks(&app, &roofs).await;
    assert!(alarms(&app).await.is_empty(), "the service desk took the rest back: {}", alarm(&app).await);
    assert_eq!(devices_of(&app, BEN.email).await, 32);
    let ended = app.api.get(&path, &app.api_key).await.json();
    assert_eq!((&ended["state"], &ended["takes_away"]), (&json!("applied"), &json!(10)));
    assert!(sweeps_in(&app, "held").await.is_empty());

    let timeline = app.api.get(&format!("/customers/{}/timeline", CustomerId::OPERATOR), &app.api_key).await.json();
    let decided: Vec<_> =
        timeline["items"].as_array().unwrap().iter().filter(|it| it["event"] == "sweep_decided").collect();
    assert_eq!(decided.len(), 2, "{timeline}");
    let detail = &decided[1]["detail"];
    assert_eq!(
        (&detail["decision"], &detail["changes"], &decided[1]["actor"]),
        (&json!("apply"), &json!(10), &json!("api_key:test"))
    );
}

#[testkit::both_databases]
async fn h04_only_the_chosen_changes_must_be_current(app: TestApp) {
    app.activated(BEN).await;
    all_assets(&app).await;
    app.add_devices(Some(1002), 3);
    let asked = app.api.post("/sweeps", &app.api_key, json!({ "kinds": ["assets"], "dry_run": true })).await.json();
    app.hub.run_pending().await;
    let path = format!("/sweeps/{}", asked["items"][0]["id"].as_str().unwrap());
    let changes = app.api.get(&format!("{path}/changes"), &app.api_key).await.json();
    let changes = changes["items"].as_array().unwrap();
    app.advance(Duration::from_mins(1));
    let moved: u64 = changes[0]["record"].as_str().unwrap().rsplit(':').next().unwrap().parse().unwrap();
    give_back(&app, 1001, &[moved]);
    hooks(&app, &[moved]).await;
    app.api.order(&format!("{path}/apply"), &app.api_key).await.problem(409, "world_moved");
    let others = json!({ "changes": ids(&changes[1..]) });
    assert_eq!(app.api.post(&format!("{path}/apply"), &app.api_key, others).await.status, 202);
    app.hub.run_pending().await;
    assert_eq!(devices_of(&app, BEN.email).await, 4);
    assert_eq!(app.api.get(&path, &app.api_key).await.json()["state"], "planned", "one is left to decide");
    for (body, status) in [
        (json!([]), 422),
        (json!({ "changes": [] }), 422),
        (json!({ "changes": ids(&changes[..1]), "text": "x" }), 422),
    ] {
        assert_eq!(app.api.post(&format!("{path}/discard"), &app.api_key, body).await.status, status);
    }
    app.api
        .post(&format!("{path}/discard"), &app.api_key, json!({ "text": "no such" }))
        .await
        .problem(409, "nothing_to_decide");
    assert_eq!(app.api.order(&format!("{path}/discard"), &app.api_key).await.json()["state"], "applied");
}

#[testkit::both_databases]
async fn h04_concurrent_decisions_on_a_hold_take_effect_once(app: TestApp) {
    roof(&app).await;
    app.move_added_devices(1002, None);
    all_assets(&app).await;
    let (path, _) = the_hold(&app).await;
    let decisions = (0..8).map(|n| {
        let (app, path) = (&app, format!("{path}/{}", if n % 2 == 0 { "apply" } else { "discard" }));
        async move { (n % 2 == 0, app.api.order(&path, &app.api_key).await.status) }
    });
    let outcomes = join_all(decisions).await;
    let counted: Vec<_> = outcomes.iter().filter(|(_, status)| *status < 300).collect();
    assert_eq!(counted.len(), 1, "{outcomes:?}");
    assert!(outcomes.iter().all(|(_, status)| [200, 202, 409].contains(status)), "{outcomes:?}");
    app.hub.run_pending().await;
    let left = devices_of(&app, BEN.email).await;
    assert_eq!(left, if counted[0].0 { 2 } else { 32 });
    assert!(alarms(&app).await.is_empty());
}

#[testkit::both_databases]
async fn h04_staff_select_filter_and_export_held_changes(app: TestApp) {
    roof(&app).await;
    app.move_added_devices(1002, None);
    all_assets(&app).await;
    let (path, changes) = the_hold(&app).await;
    let mut agnes = Colleague::signed_in(&app).await;
    // No other change has this title.
    let title = changes.iter().filter_map(|change| change["title"].as_str()).max_by_key(|title| title.len()).unwrap();
    let query = format!("text={}&kind=asset", title.replace(' ', "+"));
    let fitting = app.api.get(&format!("{path}/changes?{query}"), &app.api_key).await.json();
    let fitting = fitting["items"].as_array().unwrap().len();
    assert!((1..30).contains(&fitting), "{title}");
    let says = format!("Apply the {fitting} found");
    agnes.open(&format!("{path}?{query}")).await.says(&["found.", &says, title, "Show all 30"]);
    agnes.open(&format!("{path}?text=no+such+thing")).await.says(&["0 changes are found", "No waiting change matches"]);
    assert_eq!(agnes.open(&format!("{path}?tick=all")).await.body.matches(" checked>").count(), 30);

    let nothing =
        agnes.post(&format!("{path}/apply"), &[("scope", "ticked"), ("text", title), ("kind", "asset")]).await;
    nothing.says(&["Tick at least one change", &says]);
    assert_eq!(nothing.status, 409);
    let form = [("scope", "ticked"), ("change", ids(&changes)[0]), ("change", ids(&changes)[1]), ("text", title)];
    agnes.post(&format!("{path}/apply"), &form).await.says(&["being applied"]);
    app.hub.run_pending().await;
    assert_eq!(devices_of(&app, BEN.email).await, 30);
    let again = agnes.post(&format!("{path}/discard"), &form[..3]).await;
    again.says(&["is no longer waiting for a decision", "28 changes wait"]);
    agnes.post(&format!("{path}/discard"), &[("scope", "found"), ("text", title)]).await.says(&["Discarded"]);
    let left = the_hold(&app).await.1.len();
    assert!(left < 28);

    let table = agnes.open(&format!("{path}/changes.csv")).await;
    assert_eq!(
        (table.body.lines().count(), table.body.lines().next()),
        (left + 1, Some("id,record,title,before,after,takes_away,read_at,held_at"))
    );
    let api = app.api.get(&format!("{path}/changes.csv?kind=contact"), &app.api_key).await;
    assert_eq!((api.status, api.body.lines().count()), (200, 1));
}

#[testkit::both_databases]
async fn h04_a_decision_survives_a_restart(app: TestApp) {
    roof(&app).await;
    app.move_added_devices(1002, None);
    all_assets(&app).await;
    let (path, changes) = the_hold(&app).await;
    let some = json!({ "changes": ids(&changes[..4]) });
    assert_eq!(app.api.post(&format!("{path}/apply"), &app.api_key, some).await.status, 202);
    // The process ends before the job runs. Another process continues from the database.
    assert!(alarm(&app).await.contains("26 changes are held"), "{}", alarm(&app).await);
    hooks(&app, &roofs(&app)).await;
    app.hub.run_pending().await;
    assert_eq!(devices_of(&app, BEN.email).await, 28);
    assert_eq!(the_hold(&app).await.1.len(), 26);
}
