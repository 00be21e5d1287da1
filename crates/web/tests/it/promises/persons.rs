//! Invitations, sign-ins, merges and personal data, in combinations (`A13`, `A20`, `A23`, `H10`).

use std::time::Duration;

use futures_util::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};
use tessera_core::kernel::ids::CustomerId;
use tessera_core::kernel::plan::Plan;
use tessera_core::kernel::timeline::change::TimelineChange;
use tessera_sim::faults::{Fault, FaultKind};
use testkit::marketplace::{Platform, account, with};
use testkit::{ADA, BEN, Browser, CLEO, JO, Known, TestApp};

use super::{
    AT_PROVIDER, a_day_and_a_half, asset_hook, count, customer, failed_jobs, history, history_of, holder, hook,
    requester_hook, serials, work, would_change,
};
use crate::api::device_writes::{id_of, new_device, outcome, put, swept};
use crate::auth::identities::sign_in;
use crate::portal::service_requests;

#[testkit::both_databases]
async fn a20_an_invitation_claimed_in_16_browsers_at_once_has_one_winner_whose_session_works(app: TestApp) {
    let link = app.link(ADA.requester).await;
    let (mut ready, portal) = (Vec::new(), format!("{}/portal/customer", app.url));
    for n in 0..16 {
        let email = format!("racer{n}@example.net");
        app.sign_up(&email).await;
        let mut browser = Browser::new();
        let callback = app.come_back_from_signing_in(&mut browser, &link, &email).await;
        ready.push((browser, callback, email));
    }
    let race = ready.iter_mut().map(|(browser, callback, _)| browser.open(callback));
    let statuses: Vec<_> = join_all(race).await.into_iter().map(|page| page.status).collect();
    let won: Vec<_> = (0..16).filter(|n| statuses[*n] == 200).collect();
    assert!(won.len() == 1 && statuses.iter().all(|status| [200, 409].contains(status)), "{statuses:?}");
    work(&app).await;
    for (n, (browser, _, email)) in ready.iter_mut().enumerate() {
        let token = app.access_token(email).await;
        let mine = app.api.get("/me/devices", &token).await.json()["devices"].as_array().map_or(0, Vec::len);
        let shown = browser.open(&portal).await;
        let progress = browser.open(&format!("{}/activation", app.url)).await;
        let sees = (mine, shown.body.contains("HIB-A1"), progress.body.contains("HIB-A1"));
        let expected = if won.contains(&n) { (1, true, true) } else { (0, false, false) };
        assert_eq!(sees, expected, "{email}: {} {}", shown.url, shown.status);
    }
    let told = history_of(&app, ADA).await;
    assert_eq!((count(&told, "activated"), count(&told, "device_assigned")), (1, 1));
    let links = customer(&app, &app.customer_of(ADA.requester).await).await["links"].clone();
    assert_eq!(links.as_array().unwrap().iter().filter(|link| link["kind"] == "user").count(), 1);

    // The same person in 16 browsers: all succeed, with one timeline entry.
    let link = app.link(BEN.requester).await;
    let mut ready = Vec::new();
    for _ in 0..16 {
        let mut browser = Browser::new();
        let callback = app.come_back_from_signing_in(&mut browser, &link, BEN.email).await;
        ready.push((browser, callback));
    }
    let race = ready.iter_mut().map(|(browser, callback)| browser.open(callback));
    let statuses: Vec<_> = join_all(race).await.into_iter().map(|page| page.status).collect();
    assert_eq!(statuses, [200; 16]);
    work(&app).await;
    for (browser, _) in &mut ready {
        assert!(browser.open(&portal).await.body.contains("HIB-B1"));
    }
    let told = history_of(&app, BEN).await;
    assert_eq!((count(&told, "activated"), count(&told, "device_assigned"), count(&told, "linked")), (1, 2, 3));
}

#[testkit::both_databases]
async fn a23_a_new_sign_in_ends_only_the_browsers_previous_session(app: TestApp) {
    let portal = format!("{}/portal/customer", app.url);
    let mut here = app.activated(ADA).await;
    let mut bens = app.activated(BEN).await;
    let mut there = Browser::new();
    sign_in(&app, &mut there, ADA.email).await;
    let works = async |browser: &mut Browser, serial: &str| browser.open(&portal).await.body.contains(serial);
    let copy = |browser: &Browser| {
        let mut copy = Browser::new();
        copy.put_cookie("tessera", &browser.cookie("tessera").unwrap());
        copy
    };
    assert!(works(&mut here, "HIB-A1").await && works(&mut there, "HIB-A1").await);

    // An unfinished and a failed sign-in leave the existing session valid.
    let mut old = copy(&here);
    let at_provider = here.post(&format!("{portal}/sign-in"), &[("provider", "idp")]).await;
    assert!(at_provider.url.starts_with(&app.idp_url), "{}", at_provider.url);
    assert!(works(&mut old, "HIB-A1").await, "nobody has signed in again yet");
    here.open(&format!("{}/auth/idp/callback?state=forged&code=forged", app.url)).await;
    assert!(works(&mut old, "HIB-A1").await && works(&mut here, "HIB-A1").await, "a forged answer signs nobody out");

    // Signs in again as the same person in the same browser.
    let mut olds = vec![old];
    for _ in 0..3 {
        sign_in(&app, &mut here, ADA.email).await;
        for old in &mut olds {
            assert!(old.open(&portal).await.url.contains("/sign-in"), "the session before has ended");
        }
        assert!(works(&mut here, "HIB-A1").await, "the new one works");
        assert!(works(&mut there, "HIB-A1").await && works(&mut bens, "HIB-B1").await, "and every other");
        olds.push(copy(&here));
    }
    // Signs in as another person, and through an activation link.
    here.put_cookie(AT_PROVIDER, "");
    sign_in(&app, &mut here, BEN.email).await;
    assert!(olds.last_mut().unwrap().open(&portal).await.url.contains("/sign-in"), "Ada's session has ended");
    let all = (works(&mut here, "HIB-B1").await, works(&mut there, "HIB-A1").await, works(&mut bens, "HIB-B1").await);
    assert_eq!(all, (true, true, true), "Ben here, Ada there, Ben in his own browser");
    let mut old = copy(&here);
    let link = app.link(CLEO.requester).await;
    here.put_cookie(AT_PROVIDER, "");
    app.activate(&mut here, &link, CLEO.email).await;
    work(&app).await;
    assert!(old.open(&portal).await.url.contains("/sign-in"), "Ben's session in this browser has ended");
    assert!(works(&mut here, "HIB-C1").await, "Cleo's works");
    assert!(works(&mut there, "HIB-A1").await && works(&mut bens, "HIB-B1").await);

    let sessions = there.open(&format!("{portal}/sessions")).await;
    assert!(!sessions.body.contains("Sign out this device"), "Ada is signed in here alone: {}", sessions.body);
    let sessions = bens.open(&format!("{portal}/sessions")).await;
    assert!(!sessions.body.contains("Sign out this device"), "so is Ben: {}", sessions.body);
}

#[testkit::both_databases]
async fn a17_duplicated_and_reordered_webhooks_yield_the_current_state(app: TestApp) {
    app.activated(ADA).await;
    app.activated(BEN).await;
    swept(&app).await;
    let (ada, ben) = (app.customer_of(ADA.requester).await, app.customer_of(BEN.requester).await);
    let id = app.display_id("HIB-A1");
    let told = |entries: &[Value]| (count(entries, "device_assigned"), count(entries, "device_unassigned"));
    // Three changes, announced in reverse order, twice, and during processing.
    for to in [json!(1002), Value::Null, json!(1002)] {
        app.advance(Duration::from_secs(1));
        holder(&app, id, to).await;
    }
    for body in [
        format!(r#"{{"display_id":"{id}","requester_id":"1002"}}"#),
        format!(r#"{{"display_id":"{id}","requester_id":""}}"#),
        format!(r#"{{"display_id":"{id}","requester_id":"1001"}}"#),
    ] {
        hook(&app, &body).await;
        tokio::join!(hook(&app, &body), app.hub.run_pending());
    }
    work(&app).await;
    assert_eq!((serials(&app, ADA).await.len(), serials(&app, BEN).await.len()), (0, 3));
    assert_eq!(told(&history(&app, &ada, 200).await), (1, 1));
    assert_eq!(told(&history(&app, &ben, 200).await), (3, 0), "each is told once");

    // Assigned to Ada again, announced, and permanently deleted before it is read.
    app.advance(Duration::from_secs(1));
    holder(&app, id, json!(1001)).await;
    asset_hook(&app, id).await;
    app.call_desk(Method::DELETE, &format!("/assets/{id}"), Value::Null).await;
    asset_hook(&app, id).await;
    app.call_desk(Method::PUT, &format!("/assets/{id}/delete_forever"), Value::Null).await;
    for _ in 0..2 {
        tokio::join!(asset_hook(&app, id), app.hub.run_pending());
        work(&app).await;
    }
    assert_eq!((serials(&app, ADA).await.len(), serials(&app, BEN).await.len()), (0, 3), "one 404 proves nothing");
    for _ in 0..3 {
        app.advance(Duration::from_hours(9));
        asset_hook(&app, id).await;
        work(&app).await;
    }
    assert_eq!((serials(&app, ADA).await.len(), serials(&app, BEN).await.len()), (0, 2));
    let (hers, his) = (history(&app, &ada, 200).await, history(&app, &ben, 200).await);
    assert_eq!((told(&hers), told(&his)), ((1, 1), (3, 1)));

    // Late webhooks about the deleted asset, by each of its names.
    for body in [
        format!(r#"{{"display_id":"{id}","requester_id":"1001"}}"#),
        r#"{"serial_number":"HIB-A1"}"#.to_owned(),
        format!(r#"{{"display_id":"{id}"}}"#),
    ] {
        hook(&app, &body).await;
        hook(&app, &body).await;
    }
    a_day_and_a_half(&app).await;
    assert_eq!(history(&app, &ada, 200).await, hers);
    assert_eq!(history(&app, &ben, 200).await, his);
    for failed in failed_jobs(&app).await {
        assert!(
            failed["error"].as_str().unwrap().contains("no asset by serial:HIBA1"),
            "only the search by serial is given up: {failed}"
        );
    }
    assert_eq!(would_change(&app).await, [] as [Value; 0]);
    app.expect_failed_jobs(&["fetch_record"]);
}

#[testkit::both_databases]
async fn a13_a17_a_requester_merged_during_the_activation_leaves_no_partial_link(app: TestApp) {
    app.activated(BEN).await;
    let ben = app.customer_of(BEN.requester).await;
    let activation = async |who: Known| {
        let token = app.access_token(who.email).await;
        app.api.get("/me/activation", &token).await.json()
    };

    // Merged into an unlinked requester, after the link was used and before the hub reads anything.
    let link = app.link(ADA.requester).await;
    let mut browser = Browser::new();
    let callback = app.come_back_from_signing_in(&mut browser, &link, ADA.email).await;
    let page = browser.open(&callback).await;
    assert_eq!(page.status, 200, "{}", page.body);
    app.call_desk(Method::PUT, "/requesters/1005/merge?secondary_requesters=1001", Value::Null).await;
    requester_hook(&app, "1001").await;
    requester_hook(&app, "1005").await;
    work(&app).await;
    a_day_and_a_half(&app).await;
    let ended = activation(ADA).await;
    let page = browser.open(&format!("{}/activation", app.url)).await;
    assert!(page.status < 500, "{}", page.status);
    match ended["state"].as_str() {
        Some("done") => {
            let hers = app.customer_of("1005").await;
            assert_eq!(app.customer_of("1001").await, hers, "the retired id keeps working");
            assert_eq!(serials(&app, ADA).await, ["HIB-A1"]);
            assert_eq!(count(&history(&app, &hers, 200).await, "activated"), 1);
        }
        Some("refused") => {
            assert_eq!(serials(&app, ADA).await, [] as [&str; 0]);
            let found = app.api.get("/customers?record=freshservice:requester:1005", &app.api_key).await.json();
            assert_eq!(found["items"], json!([]), "nothing of it is left");
            // A new invitation works.
            let link = app.link("1005").await;
            app.activate(&mut Browser::new(), &link, ADA.email).await;
            work(&app).await;
            assert_eq!(serials(&app, ADA).await, ["HIB-A1"]);
        }
        _ => panic!("neither activated nor refused after a day and a half: {ended}"),
    }

    // Merged into another customer's requester: the records stay separate.
    let link = app.link(CLEO.requester).await;
    let mut browser = Browser::new();
    let callback = app.come_back_from_signing_in(&mut browser, &link, CLEO.email).await;
    browser.open(&callback).await;
    app.call_desk(Method::PUT, "/requesters/1002/merge?secondary_requesters=1003", Value::Null).await;
    requester_hook(&app, "1003").await;
    tokio::join!(requester_hook(&app, "1002"), app.hub.run_pending());
    work(&app).await;
    a_day_and_a_half(&app).await;
    let ended = activation(CLEO).await;
    assert!(["done", "refused"].contains(&ended["state"].as_str().unwrap()), "neither after a day and a half: {ended}");
    assert_eq!(app.customer_of("1002").await, ben, "no guess");
    let hers = serials(&app, CLEO).await;
    assert!(!hers.iter().any(|serial| serial.starts_with("HIB-B")), "Ben's devices are not shown to Cleo: {hers:?}");
    let his = serials(&app, BEN).await;
    assert!(["HIB-B1", "HIB-B2"].iter().all(|serial| his.iter().any(|has| has == serial)), "{his:?}");
    assert_eq!(failed_jobs(&app).await, [] as [Value; 0]);
    let all = app.api.get("/customers", &app.api_key).await.json();
    for one in all["items"].as_array().unwrap() {
        history(&app, one["id"].as_str().unwrap(), 200).await;
    }
}

#[testkit::both_databases]
async fn h05_h10_erasing_personal_data_from_every_event_keeps_the_chain_valid(app: TestApp) {
    let mut browser = app.activated(ADA).await;
    let ada = app.customer_of(ADA.requester).await;
    let (api, key) = (&app.api, &app.api_key);
    let made = async |path: &str, body: Value| {
        let answer = api.post(path, key, body).await;
        assert_eq!(answer.status, 201, "{}", answer.body);
        answer.json()
    };
    made("/contacts", json!({ "name": "Zenobia Quill", "email": "z@quill.example", "customer_id": ada })).await;
    let place = made("/places", json!({ "name": "Quill Cottage", "owner_id": ada, "address": "1 Quill Lane" })).await;
    let person = json!({ "name": "Zacharias Quill", "email": "q@quill.example", "customer_id": ada });
    let person = made("/persons", person).await;
    let path = format!("/persons/{}", person["person_id"].as_str().unwrap());
    let named = json!({ "name": "Zachary Quillfeather", "email": "zq@quill.example" });
    api.send(Method::PATCH, &path, |request| request.bearer_auth(key).json(&named)).await;
    let path = format!("/places/{}", place["id"].as_str().unwrap());
    let named = json!({ "name": "Quill Manor", "address": "2 Quill Lane" });
    api.send(Method::PATCH, &path, |request| request.bearer_auth(key).json(&named)).await;
    let line = json!({ "reason": "credit", "model": "Battery module", "problem": "Quillwort grows in it." });
    let customer_return = made("/returns", json!({ "customer_id": ada, "lines": [line] })).await;
    let path = format!("/returns/{}/lines/1/steps", customer_return["id"].as_str().unwrap());
    assert_eq!(api.post(&path, key, json!({ "step": "receive" })).await.status, 200);
    service_requests::open(
        &app,
        &mut browser,
        &[("subject", "The Quill hums"), ("description", "Ask Zeno Quill.")],
        &[],
    )
    .await;
    let profile = [("name", "Adelaide Quill"), ("phone", "+27 21 555 0142")];
    let page = browser.post(&format!("{}/portal/customer/profile", app.url), &profile).await;
    assert!(page.body.contains("Saved."), "{}", page.body);
    let renamed = json!({ "last_name": "Quillon", "primary_email": "ada.quillon@example.com" });
    app.advance(Duration::from_mins(1));
    app.call_desk(Method::PUT, "/requesters/1001", renamed).await;
    requester_hook(&app, "1001").await;
    work(&app).await;
    app.invite(ADA.requester).await;
    let shown = customer(&app, &ada).await;
    let contact = shown["links"].as_array().unwrap().iter().find(|link| link["kind"] == "contact").unwrap();
    let path = format!("/customers/{ada}/links/{}", contact["id"].as_str().unwrap());
    let reason = json!({ "reason": "Mrs Quillby said so" });
    assert_eq!(api.delete(&path, key, Some(reason)).await.status, 204);
    // Device writes, applied and rejected.
    let mut device = new_device("HIB-Q1");
    device["name"] = json!("Mr Quillon, 3 Quill Lane");
    device["requester_id"] = json!(ADA.requester);
    let asked = api.post("/devices", key, device).await;
    assert_eq!(outcome(&app, &asked).await["state"], "done");
    let body = json!({ "description": "Validation failed", "errors":
        [{ "field": "user_id", "message": "Quillon owes us money", "code": "invalid_value" }] });
    app.desk.faults().add(Fault {
        path: "/api/v2/assets/*".to_owned(),
        method: Some("PUT".to_owned()),
        kind: FaultKind::Status { status: 400, retry_after: None, body: Some(body) },
        times: Some(1),
        skip: 0,
        probability: None,
    });
    let asked = put(&app, &id_of(&app, "HIB-Q1").await, json!({ "requester_id": null }), None).await;
    assert_eq!(outcome(&app, &asked).await["state"], "failed");
    // Also a marketplace account, with its own person and address.
    let platform = Platform::of(&app);
    let account = with(&account("4711", "Quill & Daughters"), "Phone", "+27 21 555 0143");
    let bought = platform.synchronized(&account).await;
    platform.synchronized(&with(&account, "Name", "Quill & Nieces")).await;
    let described = with(&account, "Description", "Ask for Mr Quillan");
    platform.synchronized(&with(&described, "Email", "nieces@quill.example")).await;
    assert_eq!(platform.delete(&bought).await["Code"], 0);
    let account = tessera_hub::marketplace::account_key("market", "4711");
    app.hub.restore_account(&account, "Miss Quill rang us", &JO).await.unwrap();
    app.hub.run_pending().await;

    let before = json!(history(&app, &ada, 200).await).to_string();
    for told in [
        "Zenobia Quill",
        "Quill Cottage",
        "Quill Manor",
        "Zacharias Quill",
        "The Quill hums",
        "Quillby",
        "owes us money",
    ] {
        assert!(before.contains(told), "{told} is told as long as it is not erased: {before}");
    }
    let personal =
        ["quill", "ada example", "adela", "ada.", "@", "•••", "555 0142", "555 0143", "zeno", "zach", "jo example"];
    let operator = CustomerId::OPERATOR.to_string();
    for id in [&ada, &bought, &operator] {
        let hashes = |entries: &[Value]| entries.iter().map(|entry| entry["hash"].clone()).collect::<Vec<_>>();
        let before = history(&app, id, 200).await;
        let entries = app.store.whole_timeline(id.parse().unwrap()).await.unwrap();
        let mut plan = Plan::default();
        for entry in entries.iter().filter(|entry| entry.personal.is_some()) {
            plan.push(
                TimelineChange::ErasePersonal { customer_id: entry.customer_id, seq: entry.seq },
                "the test wants it",
            );
        }
        app.store.apply(&plan).await.unwrap();
        let after = history(&app, id, 200).await;
        assert_eq!(hashes(&after), hashes(&before), "the chain is the same");
        let told = |entry: &&Value| personal.iter().any(|word| entry.to_string().to_lowercase().contains(word));
        let left: Vec<_> = after.iter().filter(told).collect();
        assert!(left.is_empty(), "left after everything personal was erased: {left:#?}");
    }
    let page = browser.open(&format!("{}/portal/customer/timeline", app.url)).await;
    assert!(page.status == 200 && !page.body.contains("Quill Manor"), "{}", page.body);
}

#[testkit::both_databases]
async fn a11_h05_inviting_an_existing_customer_is_recorded_on_the_timeline(app: TestApp) {
    app.activated(ADA).await;
    let before = history_of(&app, ADA).await;
    app.invite(ADA.requester).await;
    work(&app).await;
    let after = history_of(&app, ADA).await;
    let new: Vec<_> = after[before.len()..].iter().map(|entry| &entry["event"]).collect();
    assert_eq!(new, ["invited"], "who was sent a link, by whom, and when");
}
