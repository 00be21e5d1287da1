//! The journey from an invitation to "my devices", and its rejections.

use std::time::Duration;

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use tessera_core::kernel::ids::CustomerId;
use tessera_core::kernel::record::{Kind, RecordKey};
use tessera_sim::faults::{Fault, FaultKind};
use tessera_web::timeline::plan::words;
use testkit::{ADA, BEN, Browser, CLI, JO, STRANGER, TestApp, client};
use tokio::task::JoinSet;

#[testkit::both_databases]
async fn a10_a11_a13_a15_from_an_invitation_to_my_devices(app: TestApp) {
    let invited = app.invite(ADA.requester).await;
    assert_eq!((invited["requester_id"].as_str(), invited["email"].as_str()), (Some("1001"), Some("a•••@example.com")));
    app.hub.run_pending().await;

    let mails = app.mail.messages();
    assert_eq!((mails.len(), mails[0].to.as_slice()), (1, [ADA.email.to_owned()].as_slice()));
    let link = invited["url"].as_str().unwrap();
    let text = mails[0].text.as_deref().unwrap();
    assert!(text.contains(link) && mails[0].html.as_deref().unwrap().contains(link), "{text}");

    let mut browser = Browser::new();
    let page = app.activate(&mut browser, link, ADA.email).await;
    assert_eq!((page.status, page.url), (200, format!("{}/activation", app.url)));
    let token = app.access_token(ADA.email).await;
    assert_eq!(app.api.get("/me/activation", &token).await.json()["state"], "pending");
    app.hub.run_pending().await;

    let page = browser.open(&format!("{}/activation", app.url)).await;
    assert!(page.body.contains("activated") && page.body.contains("HIB-A1"), "{}", page.body);
    let mine = app.api.get("/me/devices", &token).await.json();
    assert_eq!(mine["devices"][0]["serial"], "HIB-A1");
    assert_eq!((mine["devices"].as_array().unwrap().len(), &mine["reason"]), (1, &Value::Null));
    assert_eq!(mine["as_of"], "2026-06-01T08:00:00Z");

    let customer = app.customer_of(ADA.requester).await;
    let customer = app.api.get(&format!("/customers/{customer}"), &app.api_key).await.json();
    let link_of = |kind: &str| customer["links"].as_array().unwrap().iter().find(|link| link["kind"] == kind).unwrap();
    let subject = app.idp.accounts().into_iter().find(|account| account.email == ADA.email).unwrap().sub;
    assert_eq!(link_of("requester")["external_id"], "1001");
    assert_eq!((&link_of("contact")["external_id"], &link_of("contact")["origin"]), (&json!("5001"), &json!("email")));
    assert_eq!((&link_of("user")["external_id"], &link_of("user")["issuer"]), (&json!(subject), &json!(app.idp_url)));
    assert_eq!(customer["devices"][0]["serial"], "HIB-A1");
    assert!(app.mail.messages()[0].subject.contains("activated"), "the known address is told");
}

#[testkit::both_databases]
async fn a11_opening_a_link_does_not_consume_it(app: TestApp) {
    let invited = app.invite(ADA.requester).await;
    let link = invited["url"].as_str().unwrap();
    for _ in 0..3 {
        assert_eq!(Browser::new().open(link).await.status, 200);
    }
    let kept = app.api.get(&format!("/invitations/{}", invited["id"].as_str().unwrap()), &app.api_key).await.json();
    assert_eq!(kept["state"], "open");
    assert!(kept["opened_at"].is_string() && kept.get("url").is_none());
    let page = app.activate(&mut Browser::new(), link, ADA.email).await;
    assert_eq!(page.status, 200);
    app.hub.run_pending().await;
}

#[testkit::both_databases]
async fn a13_an_activation_resumes_when_an_outside_system_recovers(app: TestApp) {
    let link = app.link(ADA.requester).await;
    let down = FaultKind::Status { status: 503, retry_after: None, body: None };
    let path = "/crm/sales/api/*".to_owned();
    app.crm.faults().add(Fault { path, method: None, kind: down, times: None, skip: 0, probability: None });
    app.activate(&mut Browser::new(), &link, ADA.email).await;
    app.hub.run_pending().await;

    let token = app.access_token(ADA.email).await;
    let activation = app.api.get("/me/activation", &token).await.json();
    assert_eq!(activation["state"], "pending");
    let step = |name: &str| activation["steps"].as_array().unwrap().iter().find(|s| s["step"] == name).unwrap();
    assert_eq!(step("requester")["state"], "done");
    assert_eq!((&step("contact")["state"], &step("contact")["system"]), (&json!("delayed"), &json!("freshsales")));
    assert!(step("contact")["retry_at"].is_string());
    let mine = app.api.get("/me/devices", &token).await.json();
    assert_eq!(mine["reason"]["code"], "activation_delayed");

    app.crm.faults().clear();
    app.advance(Duration::from_mins(20));
    app.hub.run_pending().await;
    assert_eq!(app.api.get("/me/activation", &token).await.json()["state"], "done");
}

#[testkit::both_databases]
async fn a14_a_repeated_activation_by_the_same_person_succeeds(app: TestApp) {
    let link = app.link(ADA.requester).await;
    app.activate(&mut Browser::new(), &link, ADA.email).await;
    app.hub.run_pending().await;
    let again = app.activate(&mut Browser::new(), &link, ADA.email).await;
    assert_eq!(again.status, 200);
    assert!(again.body.contains("HIB-A1"), "{}", again.body);
    assert_eq!(app.store.links(customer(&app).await).await.unwrap().len(), 3, "nothing was linked twice");
}

#[testkit::both_databases]
async fn a16_my_devices_calls_no_outside_system(app: TestApp) {
    app.activated(ADA).await;
    let token = app.access_token(ADA.email).await;
    app.desk.faults().forget_requests();
    app.crm.faults().forget_requests();
    for path in ["/me", "/me/devices", "/me/activation"] {
        assert_eq!(app.api.get(path, &token).await.status, 200);
    }
    assert_eq!((app.desk.faults().requests(), app.crm.faults().requests()), (Vec::new(), Vec::new()));
}

#[testkit::both_databases]
async fn a20_of_64_racing_sign_ins_one_wins(app: TestApp) {
    let link = app.link(ADA.requester).await;
    let mut ready = Vec::new();
    for n in 0..64 {
        let email = format!("racer{n}@example.net");
        app.sign_up(&email).await;
        let mut browser = Browser::new();
        let callback = app.come_back_from_signing_in(&mut browser, &link, &email).await;
        ready.push((browser, callback));
    }
    let mut race = JoinSet::new();
    for (mut browser, callback) in ready {
        race.spawn(async move { browser.open(&callback).await.status });
    }
    let finished = race.join_all().await;
    assert_eq!(finished.iter().filter(|status| **status == 200).count(), 1, "{finished:?}");
    assert_eq!(finished.iter().filter(|status| **status == 409).count(), 63, "{finished:?}");
    app.hub.run_pending().await;
    let identities = app.store.identities(customer(&app).await).await.unwrap();
    assert_eq!(identities.len(), 1);
}

#[testkit::both_databases]
async fn a20_a_callback_works_once_and_only_in_its_browser(app: TestApp) {
    let link = app.link(ADA.requester).await;
    let mut browser = Browser::new();
    let callback = app.come_back_from_signing_in(&mut browser, &link, ADA.email).await;
    let thief = Browser::new().open(&callback).await;
    assert!(thief.status >= 400, "another browser: {}", thief.status);
    let replayed = browser.open(&callback).await;
    assert_eq!(replayed.url, format!("{}/activation", app.url), "nothing was used up by another browser");
    app.hub.run_pending().await;
    let again = Browser::new().open(&callback).await;
    assert!(again.status >= 400, "used: {}", again.status);

    let link = app.link(BEN.requester).await;
    let callback = app.come_back_from_signing_in(&mut Browser::new(), &link, BEN.email).await;
    let mut browser = Browser::new();
    assert!(browser.open(&callback).await.status >= 400);
    let page = app.activate(&mut browser, &link, BEN.email).await;
    assert_eq!(page.status, 200, "the invitation is still there for its owner: {}", page.body);
    let replayed = app.come_back_from_signing_in(&mut Browser::new(), &link, BEN.email).await;
    let mut again = Browser::new();
    assert!(again.open(&replayed).await.status >= 400);
    app.hub.run_pending().await;
}

#[testkit::both_databases]
async fn a20_a_swapped_token_is_refused(app: TestApp) {
    let link = app.link(ADA.requester).await;
    let (path, token) = link.rsplit_once('/').unwrap();
    let last = if token.ends_with('A') { 'B' } else { 'A' };
    let swapped = format!("{path}/{}{last}", &token[..token.len() - 1]);
    for wrong in [swapped, format!("{path}/1001"), format!("{path}/{}", "x".repeat(5000))] {
        let page = Browser::new().open(&wrong).await;
        assert_eq!(page.status, 404, "{}", page.body);
    }
    let newer = app.link(ADA.requester).await;
    assert_eq!(Browser::new().open(&link).await.status, 410, "superseded");
    assert_eq!(Browser::new().open(&newer).await.status, 200);
    app.advance(Duration::from_hours(15 * 24));
    assert_eq!(Browser::new().open(&newer).await.status, 410, "expired");
    app.hub.run_pending().await;
}

#[testkit::both_databases]
async fn a20_a_different_account_is_refused_before_and_after_activation(app: TestApp) {
    app.sign_up(STRANGER).await;
    let link = app.link(ADA.requester).await;
    app.activate(&mut Browser::new(), &link, ADA.email).await;
    let pending = app.activate(&mut Browser::new(), &link, STRANGER).await;
    assert_eq!(pending.status, StatusCode::CONFLICT, "{}", pending.body);
    app.hub.run_pending().await;
    let used = app.activate(&mut Browser::new(), &link, STRANGER).await;
    assert_eq!(used.status, StatusCode::GONE, "{}", used.body);
    assert!(used.body.contains("a•••@example.com"), "a masked hint at who has it");

    let second = app.link(ADA.requester).await;
    let other = app.activate(&mut Browser::new(), &second, STRANGER).await;
    assert_eq!(other.status, StatusCode::CONFLICT, "activated by another sign-in: {}", other.body);
    let bens = app.link(BEN.requester).await;
    let linked = app.activate(&mut Browser::new(), &bens, ADA.email).await;
    assert_eq!(linked.status, StatusCode::CONFLICT, "this sign-in has a record: {}", linked.body);
    let forged = client().request(Method::POST, &bens).header("sec-fetch-site", "cross-site").send().await.unwrap();
    assert_eq!(forged.status(), StatusCode::FORBIDDEN);
    app.hub.run_pending().await;
}

async fn customer(app: &TestApp) -> tessera_core::kernel::ids::CustomerId {
    app.customer_of(ADA.requester).await.parse().unwrap()
}

/// The preview describes the changes and applies nothing.
#[testkit::both_databases]
async fn h02_a_preview_describes_a_plan_and_applies_nothing(app: TestApp) {
    app.activated(ADA).await;
    let ada: CustomerId = app.customer_of(ADA.requester).await.parse().unwrap();
    app.call_desk(Method::PUT, &format!("/requesters/{}", ADA.requester), json!({ "first_name": "Adela" })).await;

    let plan = words(&app.hub.preview(ADA.requester, &CLI).await.unwrap());
    assert!(plan.contains("Name changed from Ada Example to Adela Example"), "{plan}");
    assert!(plan.contains("because everything that happens is on the timeline"), "{plan}");
    assert_eq!(app.store.customer(ada).await.unwrap().unwrap().name, "Ada Example");

    let stranger = words(&app.hub.preview(BEN.requester, &CLI).await.unwrap());
    assert!(stranger.contains("record freshservice:requester"), "{stranger}");
    assert!(!stranger.contains("create customer"), "nobody is linked by looking: {stranger}");
    assert!(app.hub.preview("424242", &CLI).await.is_err());
}

/// Staff unlinked only the requester. After a new invitation, the same sign-in gets the same record back.
#[testkit::both_databases]
async fn a20_a_record_unlinked_by_staff_is_activated_again(app: TestApp) {
    app.activated(ADA).await;
    let ada: CustomerId = app.customer_of(ADA.requester).await.parse().unwrap();
    let store = &app.store;
    let links = store.links(ada).await.unwrap();
    let requester = links.iter().find(|link| link.record.kind == Kind::Requester).unwrap();
    app.hub.unlink(ada, requester.id, "a mistake", &JO).await.unwrap();
    let identity = store.identities(ada).await.unwrap().remove(0).sign_in.identity;
    assert!(store.my_devices(&identity).await.unwrap().unwrap().devices.is_empty());

    let link = app.link(ADA.requester).await;
    app.activate(&mut Browser::new(), &link, ADA.email).await;
    app.hub.run_pending().await;
    let mine = store.my_devices(&identity).await.unwrap().unwrap();
    assert_eq!(mine.customer_id, ada, "the same record");
    assert!(!mine.devices.is_empty());
}

/// The address was corrected after the e-mail was sent. The recipient of that e-mail must not get the record.
#[testkit::both_databases]
async fn a20_a_link_is_revoked_when_the_requesters_address_changes(app: TestApp) {
    let link = app.link(ADA.requester).await;
    let requester = format!("/requesters/{}", ADA.requester);
    app.call_desk(Method::PUT, &requester, json!({ "primary_email": "ada.right@example.com" })).await;

    let mut browser = Browser::new();
    app.activate(&mut browser, &link, BEN.email).await;
    app.hub.run_pending().await;
    let page = browser.open(&format!("{}/activation", app.url)).await;
    assert_eq!(page.status, 410, "{}", page.body);
    assert!(page.body.contains("revoked"), "{}", page.body);
    let record = RecordKey::new("freshservice", Kind::Requester, ADA.requester);
    assert!(app.store.customer_of(&record).await.unwrap().is_none(), "nothing was linked");
    assert_eq!(browser.open(&link).await.status, 410, "and the link stays dead");
}

#[testkit::both_databases]
async fn a11_a_link_works_with_the_marks_that_mail_programs_add(app: TestApp) {
    let link = app.link(ADA.requester).await;
    for mark in ["", ".", ")", "%20", "%3E", ").", "%E2%80%9D"] {
        let page = Browser::new().open(&format!("{link}{mark}")).await;
        assert_eq!(page.status, 200, "{mark}: {}", page.body);
    }
    app.hub.run_pending().await;
}
