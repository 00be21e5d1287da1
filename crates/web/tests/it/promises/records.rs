//! Records that change and revert, and long random sequences (`H02`, `H04`, `H05`).

use std::collections::BTreeSet;
use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};
use tessera_core::kernel::ids::CustomerId;
use testkit::{ADA, BEN, Browser, CLEO, DAN, EVE, TestApp};

use super::{
    asset_hook, count, customer, devices, failed_jobs, history, holder, refresh, requester_hook, serials, work,
    would_change,
};
use crate::api::device_writes::{put, swept};
use crate::auth::identities::sign_in;
use crate::hooks::chaos::Chance;
use crate::sync::sweeps::all_assets;

#[testkit::both_databases]
async fn h04_a_reverted_record_is_not_a_change(app: TestApp) {
    app.activated(ADA).await;
    app.activated(BEN).await;
    // An activated customer is refreshed a few minutes later.
    app.advance(Duration::from_mins(10));
    swept(&app).await;
    let (ada, id) = (app.customer_of(ADA.requester).await, app.display_id("HIB-A1"));
    let state = async || {
        let told: Vec<_> =
            history(&app, &ada, 200).await.into_iter().map(|entry| entry["sentence"].to_string()).collect();
        (told, customer(&app, &ada).await["name"].clone(), devices(&app, &ada).await)
    };
    let before = state().await;
    let name = async |name: &str| {
        app.advance(Duration::from_mins(1));
        app.call_desk(Method::PUT, "/requesters/1001", json!({ "first_name": name })).await;
    };

    // Changed and reverted before any read.
    for to in [Value::Null, json!(1002), json!(1001)] {
        app.advance(Duration::from_mins(1));
        holder(&app, id, to).await;
        asset_hook(&app, id).await;
    }
    name("Adela").await;
    requester_hook(&app, "1001").await;
    name("Ada").await;
    requester_hook(&app, "1001").await;
    work(&app).await;
    assert_eq!(state().await, before, "nothing happened to the customer");
    assert_eq!(would_change(&app).await, [] as [Value; 0]);

    // A dry run saw the change, then the record was read as before.
    for read_by in ["hook", "refresh", "sweep"] {
        app.advance(Duration::from_mins(1));
        holder(&app, id, Value::Null).await;
        let order = json!({ "kinds": ["assets"], "mode": "full", "dry_run": true });
        let plan = app.api.post("/sweeps", &app.api_key, order).await.json()["items"][0]["id"].clone();
        app.hub.run_pending().await;
        let path = format!("/sweeps/{}", plan.as_str().unwrap());
        let planned = app.api.get(&path, &app.api_key).await.json();
        assert_eq!((&planned["state"], &planned["changed"]), (&json!("planned"), &json!(1)), "{planned}");
        app.advance(Duration::from_mins(1));
        holder(&app, id, json!(1001)).await;
        app.advance(Duration::from_mins(1));
        match read_by {
            "hook" => asset_hook(&app, id).await,
            "refresh" => refresh(&app, ADA).await,
            _ => _ = all_assets(&app).await,
        }
        work(&app).await;
        assert_eq!(state().await, before, "read again by the {read_by}");
        let applied = app.api.order(&format!("{path}/apply"), &app.api_key).await;
        assert!(matches!(applied.status, 202 | 409), "{}", applied.body);
        work(&app).await;
        assert_eq!(serials(&app, ADA).await, ["HIB-A1"], "an old plan undid what the {read_by} read later");
        assert_eq!(state().await, before, "after the plan was applied over what the {read_by} read");
        app.api.order(&format!("{path}/discard"), &app.api_key).await;
    }

    // If the hub reads in between, both changes are recorded, and then nothing is left to record.
    for now in ["Adela", "Ada"] {
        name(now).await;
        requester_hook(&app, "1001").await;
        work(&app).await;
    }
    assert_eq!(count(&history(&app, &ada, 200).await, "renamed"), 2);
    // Customers who activate now are read one by one, while the service desk does not change.
    for who in [CLEO, DAN, EVE] {
        app.activated(who).await;
    }
    app.advance(Duration::from_mins(10));
    work(&app).await;
    let before = state().await;
    assert_eq!(would_change(&app).await, [] as [Value; 0]);
    assert_eq!(all_assets(&app).await["changed"], 0);
    assert_eq!(state().await, before);
}

/// A customer's devices, computed from the timeline.
fn told_devices(entries: &[Value]) -> BTreeSet<String> {
    let mut has = BTreeSet::new();
    for entry in entries {
        let record = &entry["detail"]["record"];
        let record = record.as_str().map_or_else(|| record["external_id"].to_string(), ToOwned::to_owned);
        let id = record.rsplit(':').next().unwrap().trim_matches('"').to_owned();
        match entry["event"].as_str().unwrap() {
            "device_assigned" => assert!(has.insert(id), "assigned twice: {entry}"),
            "device_unassigned" => assert!(has.remove(&id), "taken without having been there: {entry}"),
            _ => {}
        }
    }
    has
}

struct Mixture<'a> {
    app: &'a TestApp,
    chance: Chance,
    assets: Vec<u64>,
    browser: Browser,
    step: usize,
}

impl Mixture<'_> {
    async fn order(&self, path: &str, body: Value) {
        let answer = self.app.api.post(path, &self.app.api_key, body).await;
        assert!(answer.status < 500, "{path}: {}", answer.body);
    }

    /// Performs one random step.
    async fn happen(&mut self) {
        self.step += 1;
        let (app, n) = (self.app, self.step);
        let who = self.chance.of(&[ADA, BEN, CLEO]);
        let id = self.chance.of(&self.assets);
        let mine = app.customer_of(who.requester).await;
        match self.chance.below(14) {
            0 | 1 => {
                let to = self.chance.of(&[Some(1001), Some(1002), Some(1003), None]);
                holder(app, id, json!(to)).await;
                if self.chance.below(3) > 0 {
                    asset_hook(app, id).await;
                }
            }
            2 => requester_hook(app, who.requester).await,
            3 => refresh(app, who).await,
            4 => self.order("/contacts", json!({ "name": format!("Contact {n}"), "customer_id": mine })).await,
            5 => self.order("/places", json!({ "name": format!("Place {n}"), "owner_id": mine })).await,
            6 => self.order("/invitations", json!({ "requester_id": who.requester })).await,
            7 => {
                let line = json!({ "reason": "credit", "model": format!("Battery module {n}") });
                self.order("/returns", json!({ "customer_id": mine, "lines": [line] })).await;
            }
            8 => _ = all_assets(app).await,
            9 => {
                let order = json!({ "kinds": ["assets"], "mode": "full", "dry_run": true });
                let asked = app.api.post("/sweeps", &app.api_key, order).await.json();
                app.hub.run_pending().await;
                let decision = self.chance.of(&["apply", "discard"]);
                self.order(&format!("/sweeps/{}/{decision}", asked["items"][0]["id"].as_str().unwrap()), json!({}))
                    .await;
            }
            10 => {
                let to = self.chance.of(&[Some("1001"), Some("1002"), None]);
                let answer = put(app, &id.to_string(), json!({ "requester_id": to }), None).await;
                assert!(answer.status < 500, "{}", answer.body);
            }
            11 => _ = sign_in(app, &mut self.browser, who.email).await,
            12 => {
                let name = self.chance.of(&["Alex", "Bobbie", "Chris"]);
                app.call_desk(Method::PUT, &format!("/requesters/{}", who.requester), json!({ "first_name": name }))
                    .await;
                requester_hook(app, who.requester).await;
            }
            _ => app.advance(Duration::from_mins(1 + self.chance.below(30) as u64)),
        }
        app.advance(Duration::from_millis(10));
        if self.chance.below(3) == 0 {
            work(app).await;
        }
    }
}

#[testkit::both_databases]
async fn h05_timelines_verify_and_agree_with_the_records_after_random_changes(app: TestApp) {
    for who in [ADA, BEN, CLEO] {
        app.activated(who).await;
    }
    swept(&app).await;
    let assets = ["HIB-A1", "HIB-B1", "HIB-B2", "HIB-C1", "HIB-S1"].map(|serial| app.display_id(serial)).to_vec();
    let mut mixture = Mixture { app: &app, chance: Chance(0x5eed), assets, browser: Browser::new(), step: 0 };
    for _ in 0..150 {
        mixture.happen().await;
    }
    let assets = mixture.assets;
    for _ in 0..3 {
        app.advance(Duration::from_mins(61));
        work(&app).await;
    }
    app.hub.request_sweeps().await.unwrap();
    work(&app).await;

    for who in [ADA, BEN, CLEO] {
        let id = app.customer_of(who.requester).await;
        let whole = history(&app, &id, 200).await;
        assert_eq!(history(&app, &id, 11).await, whole, "however it is paged");
        let theirs: BTreeSet<String> = {
            let desk = app.desk.desk();
            let of = |asset: &&u64| desk.assets[*asset].current().asset.user_id == who.requester.parse().ok();
            assets.iter().filter(of).map(ToString::to_string).collect()
        };
        assert_eq!(devices(&app, &id).await, theirs, "as the service desk says: {}", who.email);
        assert_eq!(told_devices(&whole), theirs, "as the timeline says: {}", who.email);
        let newest = whole.iter().rev().find(|entry| entry["event"] == "renamed");
        if let Some(renamed) = newest {
            assert_eq!(renamed["detail"]["to"], customer(&app, &id).await["name"], "{}", who.email);
        }
    }
    history(&app, &CustomerId::OPERATOR.to_string(), 11).await;
    assert_eq!(would_change(&app).await, [] as [Value; 0]);
    assert_eq!(failed_jobs(&app).await, [] as [Value; 0]);
}
