//! What somebody tries who means no good, or who presses everything at once.

use std::time::Duration;

use futures_util::future::join_all;
use reqwest::{Client, Method, header, redirect};
use serde_json::{Value, json};
use tessera_sim::freshservice::Versioned;

use crate::b2c::{serve, step};
use crate::browser::Browser;
use crate::console::{Colleague, desk};
use crate::house::{DESK, HOOK_SECRET, House};
use crate::people::{ADA, BEN, EVE};
use crate::sweeps::{alarms, all_assets, devices_of, move_all, roof};

/// Who says nothing of where a request comes from.
fn silent() -> Client {
    Client::builder().redirect(redirect::Policy::none()).no_proxy().timeout(Duration::from_secs(30)).build().unwrap()
}

pub async fn h01_a_form_that_hides_where_it_comes_from_is_refused_a_cookie(house: House) {
    let agnes = Colleague::signed_in(&house).await;
    let url = format!("{}/console/systems/read", house.url);
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
        (Some(("origin", format!("{}.evil.example", house.url))), 403),
        (Some(("sec-fetch-site", "same-site".to_owned())), 403),
        (Some(("sec-fetch-site", String::new())), 403),
        (Some(("origin", house.url.clone())), 303),
        (Some(("sec-fetch-site", "same-origin".to_owned())), 303),
    ] {
        let answer = post(says.clone()).send().await.unwrap();
        assert_eq!(answer.status(), status, "{says:?}");
        assert!(status == 303 || answer.headers().get(header::LOCATION).is_none());
    }
    let link = house.link(ADA.requester).await;
    let page = silent().get(&link).send().await.unwrap();
    assert_eq!(page.headers()["referrer-policy"], "strict-origin", "older browsers tell where its form comes from");
    let bare = silent().post(&link).form(&[("provider", "idp")]).send().await.unwrap();
    assert_eq!(bare.status(), 303, "without a cookie there is nothing to ride on");
}

pub async fn a20_a_number_has_one_spelling(house: House) {
    let mut serving = tokio::task::JoinSet::new();
    let hub = serve(&house, &mut serving, |b2c| b2c.numbers = true).await;
    house.hub.sweep(tessera_core::kernel::job::SweepOf::Requesters).await.unwrap();
    let claims =
        |given: &str| json!({ "objectId": "mallory", "requesterId": given, "email": ADA.email, "emailVerified": true });
    for given in [format!("0{}", ADA.requester), format!("00{}", ADA.requester), "0".to_owned(), "1001\u{0}".to_owned()]
    {
        assert_eq!(step(&hub, &claims(&given)).await.error(409), "unknown_link", "{given:?}");
    }
    let hook = silent().post(format!("{}/hooks/freshservice/invite", house.url)).bearer_auth(HOOK_SECRET);
    let told = hook.json(&json!({ "requester_id": format!("0{}", ADA.requester) })).send().await.unwrap();
    assert_eq!(told.status(), 400);
    house.hub.run_pending().await;
    let failed = house.api.get("/jobs?state=failed", &house.api_key).await.json();
    assert_eq!(failed["items"], json!([]), "nothing to give up");
}

pub async fn h04_many_who_ask_the_doctor_at_once_share_an_examination(house: House) {
    let probes = |house: &House| {
        let seen = house.desk.faults().requests();
        house.desk.faults().forget_requests();
        seen.iter().filter(|seen| seen.path == "/api/v2/requesters").count()
    };
    house.api.get("/doctor", &house.api_key).await;
    house.api.get("/doctor", &house.api_key).await;
    assert_eq!(probes(&house), 2, "one after the other: each looks anew");
    let all = join_all((0..24).map(|_| house.api.get("/doctor", &house.api_key))).await;
    assert!(all.iter().all(|answer| answer.status == 200));
    let looked = probes(&house);
    assert!((1..=12).contains(&looked), "24 who ask at once cause {looked} examinations");
}

/// Presses several buttons of one sweep at once; the statuses.
async fn pressed(house: &House, path: &str, buttons: &[&str]) -> Vec<u16> {
    let paths: Vec<String> = buttons.iter().map(|button| format!("{path}/{button}")).collect();
    let all = join_all(paths.iter().map(|path| house.api.order(path, &house.api_key))).await;
    for refused in all.iter().filter(|answer| answer.status >= 400) {
        refused.problem(409, "nothing_to_decide");
    }
    all.iter().map(|answer| answer.status).collect()
}

pub async fn h04_what_is_held_is_decided_once_however_many_press(house: House) {
    roof(&house).await;
    house.activated(ADA).await;
    move_all(&house, 1002, Some(1001));
    for round in 0..3 {
        let held = all_assets(&house).await;
        if held["state"] != "held" {
            break;
        }
        let path = format!("/sweeps/{}", held["id"].as_str().unwrap());
        let statuses = pressed(&house, &path, &["discard", "apply", "discard", "apply", "apply", "discard"]).await;
        assert_eq!(statuses.iter().filter(|status| **status < 300).count(), 1, "round {round}: {statuses:?}");
        // Pressed again while it is being applied.
        let late = pressed(&house, &path, &["discard", "apply"]).await;
        assert_eq!(late, [409, 409]);
        tokio::join!(house.hub.run_pending(), house.hub.run_pending());
        let state = house.api.get(&path, &house.api_key).await.json()["state"].clone();
        let had = (devices_of(&house, BEN.email).await, devices_of(&house, ADA.email).await);
        match state.as_str() {
            Some("applied") => assert_eq!(had, (2, 31)),
            Some("discarded") => assert_eq!(had, (32, 1)),
            _ => panic!("{state}"),
        }
        assert!(alarms(&house).await.is_empty());
    }
}

pub async fn h04_a_dry_run_is_applied_once_and_not_over_what_came_later(house: House) {
    house.activated(ADA).await;
    house.activated(BEN).await;
    house.hub.request_sweeps().await.unwrap();
    house.hub.run_pending().await;
    let id = taken(&house, 1002, 1001);
    let order = json!({ "kinds": ["assets"], "dry_run": true });
    let planned = house.api.post("/sweeps", &house.api_key, order).await.json()["items"][0]["id"].clone();
    house.hub.run_pending().await;
    let path = format!("/sweeps/{}", planned.as_str().unwrap());
    let statuses = pressed(&house, &path, &["apply", "apply", "apply", "apply"]).await;
    assert_eq!(statuses.iter().filter(|status| **status == 202).count(), 1, "{statuses:?}");
    // Before it is applied, the service desk changes its mind, and the hub hears of it.
    house.advance(Duration::from_mins(1));
    desk(&house, Method::PUT, &format!("/assets/{id}"), json!({ "user_id": null })).await;
    let hint = tessera_core::kernel::job::Hint::Asset { display_id: id.clone() };
    house.hub.request_fetch(vec![hint], &DESK).await.unwrap();
    tokio::join!(house.hub.run_pending(), house.hub.run_pending());
    house.hub.run_pending().await;
    let holder = house.hub.store.device("freshservice", &id).await.unwrap().and_then(|device| device.holder);
    assert_eq!(holder, None, "what was read later is right, whoever came first");
    assert_eq!((devices_of(&house, ADA.email).await, devices_of(&house, BEN.email).await), (1, 1));
}

/// One device of a requester is another's, behind everybody's back; its id.
fn taken(house: &House, from: u64, to: u64) -> String {
    house.desk.change(|desk| {
        let mut theirs = desk.assets.values_mut().filter(|row| row.current().asset.user_id == Some(from));
        let row = theirs.next().unwrap();
        let mut moved = row.current().clone();
        moved.asset.user_id = Some(to);
        *row = Versioned::new(moved.clone(), moved.asset.created_at);
        moved.asset.display_id.to_string()
    })
}

pub async fn a17_a_requester_merged_and_forgotten_at_once_harms_nobody(house: House) {
    for who in [ADA, BEN, EVE] {
        house.activated(who).await;
    }
    house.advance(Duration::from_mins(5));
    desk(&house, Method::PUT, "/requesters/1002/merge?secondary_requesters=1005", Value::Null).await;
    let forget = format!("{}/requesters/1001/forget", house.hub.desk.address().as_str().trim_end_matches('/'));
    let forgotten = silent().delete(forget).basic_auth(house.desk.api_key(), Some("X")).send().await.unwrap();
    assert_eq!(forgotten.status(), 204);
    let hints = ["1001", "1002", "1005"].map(|id| tessera_core::kernel::job::Hint::Requester { id: id.to_owned() });
    for _ in 0..3 {
        house.hub.request_fetch(hints.to_vec(), &DESK).await.unwrap();
        house.hub.request_sweeps().await.unwrap();
        for who in [ADA, BEN, EVE] {
            let page = Browser::new().open(&format!("{}/portal/customer", house.url)).await;
            assert_eq!(page.status, 200, "{}", who.email);
        }
        tokio::join!(house.hub.run_pending(), house.hub.run_pending(), house.hub.run_pending());
        house.advance(Duration::from_hours(13));
    }
    house.hub.run_pending().await;
    assert_eq!(devices_of(&house, BEN.email).await, 2, "nobody took Ben's devices");
    assert_eq!(devices_of(&house, EVE.email).await, 0, "Eve sees none of them until somebody decides");
    assert_eq!(devices_of(&house, ADA.email).await, 0, "who was forgotten has none");
    let reviews = house.api.get("/reviews", &house.api_key).await.json();
    let merged = reviews["items"].as_array().unwrap().iter().filter(|review| review["question"] == "merged_into_taken");
    assert_eq!(merged.count(), 1, "asked once: {reviews}");
    for customer in house.api.get("/customers", &house.api_key).await.json()["items"].as_array().unwrap() {
        let path = format!("/customers/{}/timeline", customer["id"].as_str().unwrap());
        assert_eq!(house.api.get(&path, &house.api_key).await.json()["verified"], true);
    }
}

pub async fn a17_a20_no_text_is_too_odd_for_policy_or_hook(house: House) {
    let mut serving = tokio::task::JoinSet::new();
    let hub = serve(&house, &mut serving, |b2c| b2c.numbers = true).await;
    house.hub.sweep(tessera_core::kernel::job::SweepOf::Requesters).await.unwrap();
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
            let hook = silent().post(format!("{}/hooks/freshservice", house.url)).bearer_auth(HOOK_SECRET);
            let status = hook.json(&body).send().await.unwrap().status();
            assert!(status.as_u16() < 500, "{:?}: {status}", odd.chars().next());
        }
        house.hub.run_pending().await;
    }
    let failed = house.api.get("/jobs?state=failed", &house.api_key).await.json();
    assert_eq!(failed["items"], json!([]), "nothing to give up");
}
