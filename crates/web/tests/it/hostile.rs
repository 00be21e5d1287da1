//! Attacks, and concurrent clicks on everything.

use std::time::Duration;

use futures_util::future::join_all;
use reqwest::{Client, Method, header, redirect};
use serde_json::{Value, json};
use tessera_sim::freshservice::Versioned;
use tessera_store::JobState;
use testkit::{ADA, BEN, Browser, Colleague, DESK, EVE, HOOK_SECRET, TestApp};

use crate::b2c::step;
use crate::sync::sweeps::{alarms, all_assets, devices_of, roof};

/// A client that sends no `Origin` or `Referer` header.
fn silent() -> Client {
    Client::builder().redirect(redirect::Policy::none()).no_proxy().timeout(Duration::from_secs(30)).build().unwrap()
}

#[testkit::both_databases]
async fn h01_a_form_post_with_a_cookie_is_refused_unless_same_origin(app: TestApp) {
    let agnes = Colleague::signed_in(&app).await;
    let url = format!("{}/console/systems/read", app.url);
    let post = |says: Option<(&'static str, String)>| {
        let request = silent().post(&url).header(header::COOKIE, agnes.cookie());
        match says {
            Some((name, value)) => request.header(name, value),
            None => request,
        }
    };
    for (says, status) in [
        (None, 403),
        (Some(("origin", "null".to_owned())), 403),
        (Some(("origin", format!("{}.evil.example", app.url))), 403),
        (Some(("sec-fetch-site", "same-site".to_owned())), 403),
        (Some(("sec-fetch-site", String::new())), 403),
        (Some(("origin", app.url.clone())), 303),
        (Some(("sec-fetch-site", "same-origin".to_owned())), 303),
    ] {
        let answer = post(says.clone()).send().await.unwrap();
        assert_eq!(answer.status(), status, "{says:?}");
        assert!(status == 303 || answer.headers().get(header::LOCATION).is_none());
    }
    let link = app.link(ADA.requester).await;
    let page = silent().get(&link).send().await.unwrap();
    assert_eq!(page.headers()["referrer-policy"], "strict-origin", "older browsers tell where its form comes from");
    let bare = silent().post(&link).form(&[("provider", "idp")]).send().await.unwrap();
    assert_eq!(bare.status(), 303, "without a cookie there is nothing to ride on");
    app.hub.run_pending().await;
}

#[testkit::both_databases]
async fn a20_a_requester_id_has_one_spelling(app: TestApp) {
    let hub = app.serve_b2c_with(|b2c| b2c.numbers = true).await;
    app.hub.sweep(tessera_core::sync::jobs::SweepOf::Requesters).await.unwrap();
    let claims =
        |given: &str| json!({ "objectId": "mallory", "requesterId": given, "email": ADA.email, "emailVerified": true });
    for given in [format!("0{}", ADA.requester), format!("00{}", ADA.requester), "0".to_owned(), "1001\u{0}".to_owned()]
    {
        assert_eq!(step(&hub, &claims(&given)).await.error(409), "unknown_link", "{given:?}");
    }
    let hook = silent().post(format!("{}/hooks/freshservice/invite", app.url)).bearer_auth(HOOK_SECRET);
    let told = hook.json(&json!({ "requester_id": format!("0{}", ADA.requester) })).send().await.unwrap();
    assert_eq!(told.status(), 400);
    app.hub.run_pending().await;
    let failed = app.api.get("/jobs?state=failed", &app.api_key).await.json();
    assert_eq!(failed["items"], json!([]), "nothing to give up");
}

#[testkit::both_databases]
async fn h04_concurrent_health_checks_share_one_run(app: TestApp) {
    let probes = |app: &TestApp| {
        let seen = app.desk.faults().requests();
        app.desk.faults().forget_requests();
        seen.iter().filter(|seen| seen.path == "/api/v2/requesters").count()
    };
    app.api.get("/doctor", &app.api_key).await;
    app.api.get("/doctor", &app.api_key).await;
    assert_eq!(probes(&app), 2, "one after the other: each looks anew");
    let all = join_all((0..24).map(|_| app.api.get("/doctor", &app.api_key))).await;
    assert!(all.iter().all(|answer| answer.status == 200));
    let looked = probes(&app);
    assert!((1..=12).contains(&looked), "24 who ask at once cause {looked} examinations");
}

/// Presses several buttons of one sweep concurrently. Returns the statuses.
async fn pressed(app: &TestApp, path: &str, buttons: &[&str]) -> Vec<u16> {
    let paths: Vec<String> = buttons.iter().map(|button| format!("{path}/{button}")).collect();
    let all = join_all(paths.iter().map(|path| app.api.order(path, &app.api_key))).await;
    for refused in all.iter().filter(|answer| answer.status >= 400) {
        refused.problem(409, "nothing_to_decide");
    }
    all.iter().map(|answer| answer.status).collect()
}

#[testkit::both_databases]
async fn h04_concurrent_decisions_on_a_held_sweep_apply_once(app: TestApp) {
    roof(&app).await;
    app.activated(ADA).await;
    app.move_added_devices(1002, Some(1001));
    for round in 0..3 {
        let held = all_assets(&app).await;
        if held["state"] != "held" {
            break;
        }
        let path = format!("/sweeps/{}", held["id"].as_str().unwrap());
        let statuses = pressed(&app, &path, &["discard", "apply", "discard", "apply", "apply", "discard"]).await;
        assert_eq!(statuses.iter().filter(|status| **status < 300).count(), 1, "round {round}: {statuses:?}");
        // Pressed again while it is being applied.
        let late = pressed(&app, &path, &["discard", "apply"]).await;
        assert_eq!(late, [409, 409]);
        tokio::join!(app.hub.run_pending(), app.hub.run_pending());
        let state = app.api.get(&path, &app.api_key).await.json()["state"].clone();
        let had = (devices_of(&app, BEN.email).await, devices_of(&app, ADA.email).await);
        match state.as_str() {
            Some("applied") => assert_eq!(had, (2, 31)),
            Some("discarded") => assert_eq!(had, (32, 1)),
            _ => panic!("{state}"),
        }
        assert!(alarms(&app).await.is_empty());
    }
}

#[testkit::both_databases]
async fn h04_a_dry_run_is_applied_once_and_does_not_overwrite_later_changes(app: TestApp) {
    app.activated(ADA).await;
    app.activated(BEN).await;
    app.hub.request_sweeps().await.unwrap();
    app.hub.run_pending().await;
    let id = taken(&app, 1002, 1001);
    let order = json!({ "kinds": ["assets"], "dry_run": true });
    let planned = app.api.post("/sweeps", &app.api_key, order).await.json()["items"][0]["id"].clone();
    app.hub.run_pending().await;
    let path = format!("/sweeps/{}", planned.as_str().unwrap());
    let statuses = pressed(&app, &path, &["apply", "apply", "apply", "apply"]).await;
    assert_eq!(statuses.iter().filter(|status| **status == 202).count(), 1, "{statuses:?}");
    // Before the plan is applied, the service desk reverts the change and the hub reads it.
    app.advance(Duration::from_mins(1));
    app.call_desk(Method::PUT, &format!("/assets/{id}"), json!({ "user_id": null })).await;
    let hint = tessera_core::sync::jobs::Hint::Asset { display_id: id.clone() };
    app.hub.request_fetch(vec![hint], &DESK).await.unwrap();
    tokio::join!(app.hub.run_pending(), app.hub.run_pending());
    app.hub.run_pending().await;
    let holder = app.store.device("freshservice", &id).await.unwrap().and_then(|device| device.holder);
    assert_eq!(holder, None, "what was read later is right, whoever came first");
    assert_eq!((devices_of(&app, ADA.email).await, devices_of(&app, BEN.email).await), (1, 1));
    // If the revert was read first, the plan is rejected.
    if !app.store.jobs(JobState::Failed, 9).await.unwrap().is_empty() {
        app.expect_failed_jobs(&["apply_sweep"]);
    }
}

/// Assigns a device to another requester directly in the service desk's data. Returns its id.
fn taken(app: &TestApp, from: u64, to: u64) -> String {
    app.desk.change(|desk| {
        let mut theirs = desk.assets.values_mut().filter(|row| row.current().asset.user_id == Some(from));
        let row = theirs.next().unwrap();
        let mut moved = row.current().clone();
        moved.asset.user_id = Some(to);
        *row = Versioned::new(moved.clone(), moved.asset.created_at);
        moved.asset.display_id.to_string()
    })
}

#[testkit::both_databases]
async fn a17_a_requester_merged_and_deleted_at_once_affects_no_other_customer(app: TestApp) {
    for who in [ADA, BEN, EVE] {
        app.activated(who).await;
    }
    app.advance(Duration::from_mins(5));
    app.call_desk(Method::PUT, "/requesters/1002/merge?secondary_requesters=1005", Value::Null).await;
    let forget = format!("{}/requesters/1001/forget", app.hub.desk.address().as_str().trim_end_matches('/'));
    let forgotten = silent().delete(forget).basic_auth(app.desk.api_key(), Some("X")).send().await.unwrap();
    assert_eq!(forgotten.status(), 204);
    let hints = ["1001", "1002", "1005"].map(|id| tessera_core::sync::jobs::Hint::Requester { id: id.to_owned() });
    for _ in 0..3 {
        app.hub.request_fetch(hints.to_vec(), &DESK).await.unwrap();
        app.hub.request_sweeps().await.unwrap();
        for who in [ADA, BEN, EVE] {
            let page = Browser::new().open(&format!("{}/portal/customer", app.url)).await;
            assert_eq!(page.status, 200, "{}", who.email);
        }
        tokio::join!(app.hub.run_pending(), app.hub.run_pending(), app.hub.run_pending());
        app.advance(Duration::from_hours(13));
    }
    app.hub.run_pending().await;
    assert_eq!(devices_of(&app, BEN.email).await, 2, "nobody took Ben's devices");
    assert_eq!(devices_of(&app, EVE.email).await, 0, "Eve sees none of them until somebody decides");
    assert_eq!(devices_of(&app, ADA.email).await, 0, "who was forgotten has none");
    let reviews = app.api.get("/reviews", &app.api_key).await.json();
    let merged = reviews["items"].as_array().unwrap().iter().filter(|review| review["question"] == "merged_into_taken");
    assert_eq!(merged.count(), 1, "asked once: {reviews}");
    for customer in app.api.get("/customers", &app.api_key).await.json()["items"].as_array().unwrap() {
        let path = format!("/customers/{}/timeline", customer["id"].as_str().unwrap());
        assert_eq!(app.api.get(&path, &app.api_key).await.json()["verified"], true);
    }
}

#[testkit::both_databases]
async fn a17_a20_policy_and_webhook_accept_any_text(app: TestApp) {
    let hub = app.serve_b2c_with(|b2c| b2c.numbers = true).await;
    app.hub.sweep(tessera_core::sync::jobs::SweepOf::Requesters).await.unwrap();
    let long = "x".repeat(20_000);
    for odd in ["\u{0}", "a\u{0}b", "\u{FFFF}", "\u{202E}", "' OR 1=1 --", long.as_str()] {
        for field in ["objectId", "requesterId", "email", "displayName", "token"] {
            let mut claims = json!({ "objectId": "mallory", "requesterId": ADA.requester, "email": "m@example.com" });
            claims[field] = json!(odd);
            let told = step(&hub, &claims).await;
            assert!(told.status < 500, "{field} {:?}: {} {}", odd.chars().next(), told.status, told.body);
        }
        for body in [
            json!({ "display_id": "4", "serial_number": odd }),
            json!({ "display_id": odd, "asset_tag": odd }),
            json!({ "serial_number": format!("HIB-A1{odd}"), "used_by": odd }),
        ] {
            let hook = silent().post(format!("{}/hooks/freshservice", app.url)).bearer_auth(HOOK_SECRET);
            let status = hook.json(&body).send().await.unwrap().status();
            assert!(status.as_u16() < 500, "{:?}: {status}", odd.chars().next());
        }
        app.hub.run_pending().await;
    }
    let failed = app.api.get("/jobs?state=failed", &app.api_key).await.json();
    assert_eq!(failed["items"], json!([]), "nothing to give up");
}
