//! Holds of the brake, in combinations (`H04`).

use std::collections::BTreeSet;
use std::time::Duration;

use futures_util::future::join_all;
use serde_json::{Value, json};
use tessera_core::kernel::ids::CustomerId;
use tessera_sim::freshservice::Versioned;
use testkit::{ADA, BEN, Browser, CLEO, EVE, TestApp};

use super::{asset_hook, chosen, count, customer, devices, history, holds, refresh, work};
use crate::api::device_writes::{outcome, put};
use crate::sync::sweeps::{alarms, all_assets, roof};

#[testkit::both_databases]
async fn h04_a_hold_fed_by_every_source_is_applied_and_discarded_in_halves(app: TestApp) {
    roof(&app).await;
    app.add_devices(Some(1002), 20);
    assert_eq!(all_assets(&app).await["state"], "finished");
    app.activated(ADA).await;
    let (ada, ben) = (app.customer_of(ADA.requester).await, app.customer_of(BEN.requester).await);
    app.move_added_devices(1002, Some(1001));
    assert_eq!(all_assets(&app).await["state"], "held");

    // Single webhooks, each twice, the second time in reverse order; refreshes of both customers; an unrelated
    // activation; a later sweep; a second sweep.
    app.advance(Duration::from_mins(1));
    let roofs: Vec<u64> = {
        let desk = app.desk.desk();
        let rows = desk.assets.values().map(|row| row.current().asset.clone());
        rows.filter(|asset| asset.name.starts_with("Roof")).map(|asset| asset.display_id).collect()
    };
    for id in roofs.iter().chain(roofs.iter().rev()) {
        asset_hook(&app, *id).await;
    }
    for who in [BEN, ADA] {
        refresh(&app, who).await;
    }
    let link = app.link(CLEO.requester).await;
    let mut cleo = Browser::new();
    tokio::join!(app.activate(&mut cleo, &link, CLEO.email), app.hub.run_pending());
    work(&app).await;
    app.advance(Duration::from_mins(10));
    work(&app).await;
    let second = all_assets(&app).await;
    assert_eq!((&second["state"], &second["takes_away"]), (&json!("held"), &json!(50)), "{second}");
    assert_eq!((devices(&app, &ben).await.len(), devices(&app, &ada).await.len()), (52, 1), "nothing was taken");
    let held = holds(&app).await;
    assert_eq!(held.len(), 1, "{held:?}");
    let path = format!("/sweeps/{}", held[0]["id"].as_str().unwrap());
    let changes = app.api.get(&format!("{path}/changes?limit=200"), &app.api_key).await.json();
    let changes = changes["items"].as_array().unwrap().clone();
    assert_eq!(changes.len(), 50);

    let applied = app.api.post(&format!("{path}/apply"), &app.api_key, chosen(&changes[..25])).await;
    work(&app).await;
    let discarded = app.api.post(&format!("{path}/discard"), &app.api_key, chosen(&changes[25..])).await;
    assert_eq!((applied.status, discarded.status), (202, 200), "{} {}", applied.body, discarded.body);
    work(&app).await;
    let moved: BTreeSet<String> = changes[..25]
        .iter()
        .map(|change| change["record"].as_str().unwrap().rsplit(':').next().unwrap().to_owned())
        .collect();
    assert_eq!(devices(&app, &ben).await.len(), 27);
    let hers = devices(&app, &ada).await;
    assert!(hers.len() == 26 && hers.is_superset(&moved), "exactly those that were chosen: {hers:?}");
    assert!(alarms(&app).await.is_empty() && holds(&app).await.is_empty());
    let told = |entries: &[Value]| (count(entries, "device_assigned"), count(entries, "device_unassigned"));
    assert_eq!(told(&history(&app, &ada, 200).await), (26, 0));
    assert_eq!(told(&history(&app, &ben, 200).await), (52, 25));
    let decided = history(&app, &CustomerId::OPERATOR.to_string(), 200).await;
    let decided: BTreeSet<_> = decided
        .iter()
        .filter(|entry| entry["event"] == "sweep_decided")
        .map(|entry| (entry["detail"]["decision"].to_string(), entry["detail"]["changes"].as_i64()))
        .collect();
    assert_eq!(decided, BTreeSet::from([("\"apply\"".to_owned(), Some(25)), ("\"discard\"".to_owned(), Some(25))]));

    // Changes that are still true are held again, and are released when the service desk reverts them.
    app.advance(Duration::from_mins(1));
    let third = all_assets(&app).await;
    assert_eq!((&third["state"], &third["takes_away"]), (&json!("held"), &json!(25)), "{third}");
    app.advance(Duration::from_mins(1));
    let back: Vec<u64> = roofs.into_iter().filter(|id| !moved.contains(&id.to_string())).collect();
    app.desk.change(|desk| {
        for id in &back {
            let row = desk.assets.get_mut(id).unwrap();
            let mut back = row.current().clone();
            back.asset.user_id = Some(1002);
            *row = Versioned::new(back.clone(), back.asset.created_at);
        }
    });
    for id in back {
        asset_hook(&app, id).await;
    }
    work(&app).await;
    assert!(alarms(&app).await.is_empty() && holds(&app).await.is_empty());
    assert_eq!(all_assets(&app).await["changed"], 0);
    assert_eq!(told(&history(&app, &ada, 200).await), (26, 0));
    assert_eq!(told(&history(&app, &ben, 200).await), (52, 25), "of what was only held nothing was told");
}

#[testkit::both_databases]
async fn h04_the_rest_of_a_hold_can_be_decided_while_a_part_is_applied(app: TestApp) {
    roof(&app).await;
    app.move_added_devices(1002, None);
    assert_eq!(all_assets(&app).await["state"], "held");
    let path = format!("/sweeps/{}", holds(&app).await[0]["id"].as_str().unwrap());
    let waiting = async || {
        let changes = app.api.get(&format!("{path}/changes?limit=200"), &app.api_key).await.json();
        changes["items"].as_array().unwrap().clone()
    };
    let changes = waiting().await;
    let decide = async |n: usize, part: &[Value]| {
        let path = format!("{path}/{}", if n.is_multiple_of(2) { "apply" } else { "discard" });
        app.api.post(&path, &app.api_key, chosen(part)).await
    };
    // No worker is free, so the first decision is still pending.
    assert_eq!(decide(0, &changes[..5]).await.status, 202);
    let systems = app.api.get("/systems", &app.api_key).await.json();
    let (left, alarm) = (waiting().await.len(), systems["alarms"][0]["detail"].clone());
    let next = decide(1, &changes[5..10]).await;
    assert_eq!(next.status, 200, "{left} changes wait, the alarm says {alarm}, and then: {}", next.body);
    // Concurrent decisions on disjoint parts.
    let answers = join_all(changes[10..].chunks(5).enumerate().map(|(n, part)| decide(n, part))).await;
    work(&app).await;
    let statuses: Vec<_> = answers.iter().map(|answer| answer.status).collect();
    assert_eq!(statuses, [202, 200, 202, 200]);
    assert_eq!(devices(&app, &app.customer_of(BEN.requester).await).await.len(), 17);
    assert!(alarms(&app).await.is_empty() && holds(&app).await.is_empty());
}

#[testkit::both_databases]
async fn h04_a09_a_device_write_by_staff_overrides_a_hold(app: TestApp) {
    roof(&app).await;
    app.activated(EVE).await;
    app.advance(Duration::from_mins(10));
    app.hub.run_pending().await;
    let (ben, eve) = (app.customer_of(BEN.requester).await, app.customer_of(EVE.requester).await);
    app.move_added_devices(1002, None);
    assert_eq!(all_assets(&app).await["state"], "held");
    let held = async || {
        let all = holds(&app).await;
        let Some(hold) = all.first() else { return (String::new(), Vec::new()) };
        assert_eq!(all.len(), 1, "{all:?}");
        let path = format!("/sweeps/{}", hold["id"].as_str().unwrap());
        let changes = app.api.get(&format!("{path}/changes?limit=200"), &app.api_key).await.json();
        let record = |change: &Value| change["record"].as_str().unwrap().rsplit(':').next().unwrap().to_owned();
        (path, changes["items"].as_array().unwrap().iter().map(record).collect::<Vec<_>>())
    };
    let (path, records) = held().await;
    let (given, returned) = (&records[0], &records[1]);
    // One device is assigned to another customer, and one is returned to its previous holder.
    app.advance(Duration::from_mins(1));
    for (device, to) in [(given, EVE), (returned, BEN)] {
        let asked = put(&app, device, json!({ "requester_id": to.requester }), None).await;
        assert_eq!(asked.status, 202, "{}", asked.body);
        let done = outcome(&app, &asked).await;
        assert_eq!(done["state"], "done", "{done}");
    }
    work(&app).await;
    assert_eq!(devices(&app, &eve).await, BTreeSet::from([given.clone()]), "what a person decides is not held");
    assert_eq!(devices(&app, &ben).await.len(), 31);
    let left = held().await.1;
    assert!(left.len() == 28 && !left.contains(given) && !left.contains(returned), "{left:?}");

    // The rest is applied. The assignments by staff stay.
    assert_eq!(app.api.order(&format!("{path}/apply"), &app.api_key).await.status, 202);
    work(&app).await;
    assert_eq!(devices(&app, &eve).await, BTreeSet::from([given.clone()]));
    let his = devices(&app, &ben).await;
    assert!(his.len() == 3 && his.contains(returned), "{his:?}");
    let told = history(&app, &ben, 200).await;
    assert_eq!((count(&told, "device_assigned"), count(&told, "device_unassigned")), (32, 29));
    assert!(alarms(&app).await.is_empty());

    // Returned and removed once more; this time the link ends during the hold, so that no customer would lose the
    // device.
    app.advance(Duration::from_hours(2));
    app.desk.change(|desk| {
        for row in desk.assets.values_mut().filter(|row| row.current().asset.name.starts_with("Roof")) {
            let mut back = row.current().clone();
            back.asset.user_id = Some(1002);
            *row = Versioned::new(back.clone(), back.asset.created_at);
        }
    });
    all_assets(&app).await;
    assert_eq!(devices(&app, &ben).await.len(), 32);
    app.advance(Duration::from_hours(2));
    app.move_added_devices(1002, None);
    assert_eq!(all_assets(&app).await["state"], "held");
    let shown = customer(&app, &ben).await;
    let link = shown["links"].as_array().unwrap().iter().find(|link| link["kind"] == "requester").unwrap();
    let path = format!("/customers/{ben}/links/{}", link["id"].as_str().unwrap());
    let reason = json!({ "reason": "not their requester" });
    assert_eq!(app.api.delete(&path, &app.api_key, Some(reason)).await.status, 204);
    app.advance(Duration::from_mins(1));
    all_assets(&app).await;
    work(&app).await;
    assert_eq!(devices(&app, &ben).await, BTreeSet::new());
    assert_eq!(alarms(&app).await, [] as [&str; 0], "what is held would take nothing from anybody any more");
    assert_eq!(all_assets(&app).await["changed"], 0);
}

#[testkit::both_databases]
async fn h02_h04_a_change_both_planned_and_held_is_applied_once(app: TestApp) {
    roof(&app).await;
    let ben = app.customer_of(BEN.requester).await;
    app.move_added_devices(1002, None);
    let order = json!({ "kinds": ["assets"], "mode": "full", "dry_run": true });
    let mut plans = Vec::new();
    for _ in 0..2 {
        let plan = app.api.post("/sweeps", &app.api_key, order.clone()).await.json()["items"][0]["id"].clone();
        app.hub.run_pending().await;
        plans.push(format!("/sweeps/{}", plan.as_str().unwrap()));
        app.advance(Duration::from_mins(1));
    }
    assert_eq!(all_assets(&app).await["state"], "held");
    // Planned twice and held once. Whichever is applied first, the others have no changes left.
    for plan in &plans {
        let applied = app.api.order(&format!("{plan}/apply"), &app.api_key).await;
        assert!([202, 409].contains(&applied.status), "{}", applied.body);
        work(&app).await;
    }
    if let Some(hold) = holds(&app).await.first() {
        let apply = format!("/sweeps/{}/apply", hold["id"].as_str().unwrap());
        assert_eq!(devices(&app, &ben).await.len(), 32, "an applied plan leaves nothing held: {hold}");
        assert_eq!(app.api.order(&apply, &app.api_key).await.status, 202);
        work(&app).await;
    }
    assert_eq!(devices(&app, &ben).await.len(), 2);
    let told = history(&app, &ben, 200).await;
    assert_eq!((count(&told, "device_assigned"), count(&told, "device_unassigned")), (32, 30), "each is told once");
    assert!(alarms(&app).await.is_empty() && holds(&app).await.is_empty());
    for plan in &plans {
        app.api.order(&format!("{plan}/discard"), &app.api_key).await;
    }
    assert_eq!(all_assets(&app).await["changed"], 0);
}
