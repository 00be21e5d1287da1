//! A held removal counts and stays held for every source: webhooks, refreshes, activations, reads by staff, and later
//! sweeps (`H04`).

use std::time::Duration;

use futures_util::future::join_all;
use serde_json::json;
use tessera_core::kernel::record::{Kind, RecordKey};
use tessera_core::sync::jobs::SweepOf;
use tessera_hub::HubError;
use tessera_sim::freshservice::Versioned;
use testkit::{ADA, BEN, CLEO, Colleague, JO, TestApp};

use super::{alarm, hooks, refreshed, roofs, the_hold};
use crate::sync::sweeps::{alarms, all_assets, devices_of, roof};

#[testkit::both_databases]
async fn h04_held_removals_are_not_applied_by_other_sources(app: TestApp) {
    roof(&app).await;
    app.activated(ADA).await;
    app.move_added_devices(1002, Some(1001));
    assert_eq!(all_assets(&app).await["state"], "held");
    let roofs = roofs(&app);
    // The activated customer and all others are read again, from every source.
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
async fn h04_a_later_removal_joins_the_hold_and_other_changes_apply(app: TestApp) {
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

#[testkit::both_databases]
async fn h04_concurrent_removals_are_limited_by_the_brake(app: TestApp) {
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
            // All of them change one customer. A caller that gets `Busy` tries again.
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
async fn h04_an_empty_plan_is_not_held(app: TestApp) {
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
async fn h04_single_and_list_reads_of_an_unchanged_record_are_no_change(app: TestApp) {
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
async fn h04_deleted_records_count_as_removals_and_are_held(app: TestApp) {
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
