//! What people read about their activation, and why there are no devices (`A14`, `A19`, `A21`).

use reqwest::Method;
use serde_json::json;
use tessera_core::access::licence::LicenceType;
use tessera_core::kernel::record::{Kind, RecordKey};
use testkit::passwords::{SECRET, employee, sign_in};
use testkit::{ADA, BEN, Browser, DAN, MACHINE, PASSWORD, Page, STRANGER, TestApp};

/// Signs in to the customer portal at the identity provider.
async fn sign_in_at_provider(app: &TestApp, email: &str) -> (Browser, Page) {
    let mut browser = Browser::new();
    let provider = browser.post(&format!("{}/portal/customer/sign-in", app.url), &[("provider", "idp")]).await;
    let page = browser.submit(&provider, &[("email", email), ("password", PASSWORD)]).await;
    (browser, page)
}

async fn portal(app: &TestApp, browser: &mut Browser) -> Page {
    browser.open(&format!("{}/portal/customer", app.url)).await
}

/// The steps that a page shows, each with its state.
fn shown_steps(page: &Page) -> Vec<(String, String)> {
    let items = page.body.split("<li data-state=\"").skip(1);
    let text = |item: &str, class: &str| {
        let rest = item.split_once(&format!("<span class=\"{class}\">")).unwrap().1;
        rest.split('<').next().unwrap().to_owned()
    };
    items.map(|item| (text(item, "what"), text(item, "note"))).collect()
}

#[testkit::both_databases]
async fn a21_page_mail_portal_and_api_give_one_reason(app: TestApp) {
    let mut browser = app.activated(DAN).await;
    let says = "You have equipment registered, but none of it can be shown in this portal.";
    let page = browser.open(&format!("{}/activation", app.url)).await;
    assert!(page.body.contains("Your account is activated") && page.body.contains(says), "{}", page.body);
    assert!(!page.body.contains("No device is assigned") && !page.body.contains("waiting there"), "{}", page.body);
    let home = portal(&app, &mut browser).await;
    assert!(home.body.contains(says) && home.body.contains("<code>other_asset_type</code>"), "{}", home.body);
    let token = app.access_token(DAN.email).await;
    let reason = app.api.get("/me/devices", &token).await.json()["reason"].clone();
    assert_eq!((&reason["code"], &reason["explanation"]), (&json!("other_asset_type"), &json!(says)));
    let mail = app.mail.messages().into_iter().find(|mail| mail.subject.contains("activated")).unwrap();
    assert!(mail.text.as_deref().unwrap().contains(says), "{:?}", mail.text);
    assert!(mail.html.as_deref().unwrap().contains(says), "{:?}", mail.html);
}

#[testkit::both_databases]
async fn a14_a_used_link_says_so_and_shows_its_owner_the_way_in(app: TestApp) {
    let link = app.link(ADA.requester).await;
    let mut owner = Browser::new();
    app.activate(&mut owner, &link, ADA.email).await;
    let running = owner.open(&link).await;
    assert!(running.body.contains("Linking your devices"), "the owner sees how far it is: {}", running.body);
    app.hub.run_pending().await;

    let again = owner.open(&link).await;
    assert!(again.body.contains("already activated") && again.body.contains("HIB-A1"), "{}", again.body);
    assert!(again.body.contains("href=\"/portal/customer\""), "the way in: {}", again.body);
    // Elsewhere the link says that it was used, and nothing about whose it is.
    let page = Browser::new().open(&link).await;
    assert!(page.body.contains("This link has been used") && !page.body.contains("Link works until"), "{}", page.body);
    assert!(!page.body.contains("HIB-A1") && !page.body.contains(ADA.email), "{}", page.body);
    let mut other = app.activated(BEN).await;
    let page = other.open(&link).await;
    assert!(page.body.contains("This link has been used") && !page.body.contains("HIB-A1"), "{}", page.body);
    // The owner signs in from there.
    let back = app.activate(&mut Browser::new(), &link, ADA.email).await;
    assert!(back.body.contains("HIB-A1"), "{}", back.body);
}

#[testkit::both_databases]
async fn a19_a_person_who_is_not_activated_has_the_link_sent_to_the_known_address(app: TestApp) {
    let key = RecordKey::new("freshservice", Kind::Requester, ADA.requester);
    app.hub.read_through(&key, &MACHINE).await.unwrap();
    let (mut ada, home) = sign_in_at_provider(&app, ADA.email).await;
    assert!(home.body.contains("never_activated") && home.body.contains("Send me an activation link"), "{}", home.body);
    let send = format!("{}/portal/customer/activation-link", app.url);
    let neutral = "If we can send you a link, it is on its way";
    let page = ada.post(&send, &[]).await;
    assert!(page.body.contains(neutral), "{}", page.body);
    app.hub.run_pending().await;
    let mails = app.mail.messages();
    assert_eq!((mails.len(), mails[0].to.as_slice()), (1, [ADA.email.to_owned()].as_slice()));
    assert!(mails[0].text.as_deref().unwrap().contains("/activate/"));
    assert!(portal(&app, &mut ada).await.body.contains("Send me the link again"));

    // An unknown user gets the same answer, and no e-mail is sent.
    app.sign_up(STRANGER).await;
    let (mut stranger, _) = sign_in_at_provider(&app, STRANGER).await;
    assert!(stranger.post(&send, &[]).await.body.contains(neutral));
    app.hub.run_pending().await;
    assert_eq!(app.mail.messages().len(), 1);

    // A mailbox gets two within a quarter of an hour, and a client asks five times a minute.
    for _ in 0..3 {
        assert!(ada.post(&send, &[]).await.body.contains(neutral));
        app.hub.run_pending().await;
    }
    assert_eq!(app.mail.messages().len(), 2);
    assert_eq!(ada.post(&send, &[]).await.status, 429);
}

#[testkit::both_databases]
async fn a21_a_person_of_the_operating_company_is_greeted_as_such(app: TestApp) {
    employee(&app, "nora", LicenceType::Named).await;
    let place = app.api.post("/places", &app.api_key, json!({ "name": "Office" })).await.json()["id"].clone();
    let changed = json!({ "default_place_id": place });
    let answer = app.api.send(Method::PATCH, "/persons/nora", |it| it.bearer_auth(&app.api_key).json(&changed)).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let page = sign_in(&app, &mut Browser::new(), "nora", SECRET).await;
    assert!(page.body.contains("Welcome, colleague") && page.body.contains("operating_company"), "{}", page.body);
    assert!(!page.body.contains("disconnected") && shown_steps(&page).is_empty(), "{}", page.body);
}

#[testkit::both_databases]
async fn a21_a_person_made_by_staff_reads_no_done_for_what_never_happened(app: TestApp) {
    employee(&app, "gus", LicenceType::Custportal).await;
    let place = app.api.post("/places", &app.api_key, json!({ "name": "Plant" })).await.json()["id"].clone();
    let changed = json!({ "default_place_id": place });
    let answer = app.api.send(Method::PATCH, "/persons/gus", |it| it.bearer_auth(&app.api_key).json(&changed)).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let page = sign_in(&app, &mut Browser::new(), "gus", SECRET).await;
    assert!(page.body.contains("never_linked") && !page.body.contains("disconnected"), "{}", page.body);
    let done: Vec<_> =
        shown_steps(&page).into_iter().filter(|(_, note)| note == "Done").map(|(what, _)| what).collect();
    assert_eq!(done, ["Signed in"], "{}", page.body);
    // These steps happened before the activation.
    let mut dan = app.activated(DAN).await;
    let page = portal(&app, &mut dan).await;
    let done = shown_steps(&page).into_iter().filter(|(_, note)| note == "Done").count();
    assert_eq!(done, 3, "signed in, invited and activated: {}", page.body);
}
