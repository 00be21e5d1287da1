//! What is held counts and binds, whoever comes by: hooks, refreshes, activations, people who look, and later sweeps. Part of it can be decided.

use std::time::Duration;

use futures_util::future::join_all;
use serde_json::{Value, json};
use tessera_core::kernel::ids::CustomerId;
use tessera_core::kernel::job::{Hint, SweepOf};
use tessera_core::kernel::record::{Kind, RecordKey};
use tessera_hub::HubError;
use tessera_sim::freshservice::Versioned;
use testkit::{ADA, BEN, CLEO, Colleague, DESK, EVE, JO, TestApp};

use crate::sweeps::{alarms, all_assets, devices_of, roof};

/// The display ids of the thirty devices on the roof.
fn roofs(app: &TestApp) -> Vec<u64> {
    let desk = app.desk.desk();
    let rows = desk.assets.values().map(|row| row.current().asset.clone());
    rows.filter(|asset| asset.name.starts_with("Roof")).map(|asset| asset.display_id).collect()
}

/// Gives devices back to their requester in the service desk.
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

/// Hooks about all of these.
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

/// Everything held, as `/sweeps/…` with its changes; there is one hold.
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

#[testkit::both_databases]
async fn h04_what_a_sweep_holds_is_not_taken_one_by_one(app: TestApp) {
    roof(&app).await;
    app.activated(ADA).await;
    app.move_added_devices(1002, Some(1001));
    assert_eq!(all_assets(&app).await["state"], "held");
    let roofs = roofs(&app);
    // Whoever activated is looked at again, and so is everybody else, by every way there is.
    app.advance(Duration::from_mins(10));
    app.hub.run_pending().await;
    hooks(&app, &roofs).await;
    refreshed(&app, BEN.requester).await;
    refreshed(&app, ADA.requester).await;
    for key in [app.hub.desk.name(); 1].map(|desk| RecordKey::new(desk, Kind::Requester, "1001")) {
        app.hub.read_through(&key, &JO).await.unwrap();
    }
    app.activated(CLEO).await;

    assert_eq!((devices_of(&app, BEN.email).await, devices_of(&app, ADA.email).await), (32, 1));
    assert_eq!(alarms(&app).await, ["changes_held"]);
    assert!(
        alarm(&app).await.contains("30 changes are held: together they would take 30 devices or links"),
        "{}",
        alarm(&app).await
    );
    let (path, changes) = the_hold(&app).await;
    assert_eq!(changes.len(), 30);
    let mut agnes = Colleague::signed_in(&app).await;
    agnes.open(&path).await.says(&["30 changes wait", "Apply all 30"]);
    agnes.open("/sweeps").await.says(&["30 changes are held"]);
}

#[testkit::both_databases]
async fn h04_the_next_taking_joins_the_hold_and_the_rest_goes_on(app: TestApp) {
    roof(&app).await;
    app.activated(ADA).await;
    app.move_added_devices(1002, None);
    all_assets(&app).await;
    app.advance(Duration::from_hours(2));
    let (theirs, new) = {
        let desk = app.desk.desk();
        let of = |requester| {
            let row = desk.assets.values().find(|row| row.current().asset.user_id == requester);
            row.unwrap().current().asset.display_id
        };
        (of(Some(1001)), of(None))
    };
    app.desk.change(|desk| {
        let mut freed = desk.assets[&theirs].current().clone();
        freed.asset.user_id = None;
        desk.assets.insert(theirs, Versioned::new(freed.clone(), freed.asset.created_at));
        let mut given = desk.assets[&new].current().clone();
        given.asset.user_id = Some(1001);
        desk.assets.insert(new, Versioned::new(given.clone(), given.asset.created_at));
    });
    hooks(&app, &[theirs]).await;
    let own = "it waits, though nothing was taken for hours; what came from stock is there";
    assert_eq!(devices_of(&app, ADA.email).await, 2, "{own}");
    let (_, changes) = the_hold(&app).await;
    assert_eq!(changes.len(), 31, "in the hold that stands");
    app.add_devices(Some(1001), 1);
    all_assets(&app).await;
    assert_eq!(devices_of(&app, ADA.email).await, 3, "what takes nothing away goes on");
}

/// A title that the list of changes, filtered by it, shows alone: the words of "Roof 10" are found in the change of "Roof 11" of requester
/// 1002 too.
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
async fn h04_a_hold_is_decided_in_part_and_the_rest_taken_back(app: TestApp) {
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

    // Whoever looked at the first one names the same changes there.
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
async fn h04_only_what_is_chosen_has_to_stand_still(app: TestApp) {
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
async fn h04_of_many_decisions_at_once_one_counts(app: TestApp) {
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
async fn h04_many_takings_at_once_pass_the_brake_only_up_to_its_limit(app: TestApp) {
    app.add_devices(Some(1002), 40);
    app.activated(BEN).await;
    all_assets(&app).await;
    app.advance(Duration::from_mins(1));
    app.move_added_devices(1002, None);
    let desk = app.hub.desk.name();
    let looks = roofs(&app).into_iter().map(|id| RecordKey::new(desk, Kind::Asset, id.to_string()));
    join_all(looks.map(|key| {
        let hub = app.hub.clone();
        tokio::spawn(async move {
            // All of them change one customer: whoever is told to try again does.
            while let Err(error) = hub.read_through(&key, &JO).await {
                assert!(matches!(error, HubError::Busy), "{error}");
            }
        })
    }))
    .await
    .into_iter()
    .for_each(|outcome| outcome.unwrap());
    let (_, held) = the_hold(&app).await;
    assert_eq!((devices_of(&app, BEN.email).await, held.len()), (22, 20), "twenty went, and nothing is lost");
}

#[testkit::both_databases]
async fn h04_a_plan_of_nothing_waits_for_nobody(app: TestApp) {
    app.activated(BEN).await;
    app.hub.request_sweeps().await.unwrap();
    app.hub.run_pending().await;
    let asked = app.api.post("/sweeps", &app.api_key, json!({ "dry_run": true })).await.json();
    app.hub.run_pending().await;
    for sweep in asked["items"].as_array().unwrap() {
        let path = format!("/sweeps/{}", sweep["id"].as_str().unwrap());
        let ended = app.api.get(&path, &app.api_key).await.json();
        assert_eq!((&ended["state"], &ended["changed"]), (&json!("finished"), &json!(0)), "{ended}");
        app.api.order(&format!("{path}/apply"), &app.api_key).await.problem(409, "nothing_to_decide");
    }
    let mut agnes = Colleague::signed_in(&app).await;
    let page = format!("/sweeps/{}", asked["items"][0]["id"].as_str().unwrap());
    agnes.open(&page).await.says(&["Nothing would change"]);
    assert!(!agnes.open("/sweeps").await.body.contains("Waiting for a decision"));
}

#[testkit::both_databases]
async fn h04_reading_by_itself_or_in_a_list_is_no_change(app: TestApp) {
    for what in SweepOf::ALL {
        app.hub.sweep(what).await.unwrap();
    }
    for who in [ADA, BEN] {
        app.activated(who).await;
        app.advance(Duration::from_mins(10));
        app.hub.run_pending().await;
        let desk = app.hub.desk.name();
        app.hub.read_through(&RecordKey::new(desk, Kind::Requester, who.requester), &JO).await.unwrap();
    }
    let (desk, crm) = (app.hub.desk.name(), app.hub.crm.name());
    let assets: Vec<u64> = app.desk.desk().assets.keys().copied().collect();
    for id in assets {
        app.hub.read_through(&RecordKey::new(desk, Kind::Asset, id.to_string()), &JO).await.unwrap();
    }
    app.hub.read_through(&RecordKey::new(crm, Kind::Contact, "5001"), &JO).await.unwrap();
    for dry in [true, false] {
        let asked = app.api.post("/sweeps", &app.api_key, json!({ "dry_run": dry })).await.json();
        app.hub.run_pending().await;
        for sweep in asked["items"].as_array().unwrap() {
            let path = format!("/sweeps/{}", sweep["id"].as_str().unwrap());
            let ended = app.api.get(&path, &app.api_key).await.json();
            assert_eq!((&ended["state"], &ended["changed"]), (&json!("finished"), &json!(0)), "{ended}");
        }
    }
}

#[testkit::both_databases]
async fn h04_what_is_gone_counts_and_is_held_like_everything_else(app: TestApp) {
    roof(&app).await;
    let roofs = roofs(&app);
    app.desk.change(|desk| {
        for id in &roofs {
            desk.assets.remove(id);
        }
    });
    app.advance(Duration::from_mins(1));
    hooks(&app, &roofs).await;
    assert_eq!(devices_of(&app, BEN.email).await, 32, "one answer proves nothing");
    app.advance(Duration::from_hours(25));
    app.hub.run_pending().await;
    let (path, held) = the_hold(&app).await;
    assert_eq!((devices_of(&app, BEN.email).await, held.len()), (12, 10));
    assert_eq!(held[0]["after"], "gone from freshservice");
    hooks(&app, &roofs).await;
    assert_eq!((the_hold(&app).await.1.len(), alarms(&app).await), (10, vec!["changes_held".to_owned()]));
    assert_eq!(app.api.order(&format!("{path}/apply"), &app.api_key).await.status, 202);
    app.hub.run_pending().await;
    assert_eq!(devices_of(&app, BEN.email).await, 2);
    assert!(alarms(&app).await.is_empty());
}

#[testkit::both_databases]
async fn h04_staff_choose_filter_and_save_what_waits(app: TestApp) {
    roof(&app).await;
    app.move_added_devices(1002, None);
    all_assets(&app).await;
    let (path, changes) = the_hold(&app).await;
    let mut agnes = Colleague::signed_in(&app).await;
    // Nothing else has this name.
    let title = changes.iter().filter_map(|change| change["title"].as_str()).max_by_key(|title| title.len()).unwrap();
    let query = format!("text={}&kind=asset", title.replace(' ', "+"));
    let fitting = app.api.get(&format!("{path}/changes?{query}"), &app.api_key).await.json();
    let fitting = fitting["items"].as_array().unwrap().len();
    assert!((1..30).contains(&fitting), "{title}");
    let says = format!("Apply the {fitting} found");
    agnes.open(&format!("{path}?{query}")).await.says(&["found.", &says, title, "Show all 30"]);
    agnes.open(&format!("{path}?text=no+such+thing")).await.says(&["0 changes are found", "No change that waits fits"]);
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
    again.says(&["does not wait for a decision any more", "28 changes wait"]);
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
async fn h04_a_restart_in_the_middle_of_a_decision_loses_nothing(app: TestApp) {
    roof(&app).await;
    app.move_added_devices(1002, None);
    all_assets(&app).await;
    let (path, changes) = the_hold(&app).await;
    let some = json!({ "changes": ids(&changes[..4]) });
    assert_eq!(app.api.post(&format!("{path}/apply"), &app.api_key, some).await.status, 202);
    // The process ends before the job runs. What is left to another one is what the database says.
    assert!(alarm(&app).await.contains("26 changes are held"), "{}", alarm(&app).await);
    hooks(&app, &roofs(&app)).await;
    app.hub.run_pending().await;
    assert_eq!(devices_of(&app, BEN.email).await, 28);
    assert_eq!(the_hold(&app).await.1.len(), 26);
}
