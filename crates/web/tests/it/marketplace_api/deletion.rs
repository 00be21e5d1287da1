//! Invitation links in answers, deletion, and synchronization after it (`M13`, `M15`, `M20`).

use serde_json::{Value, json};
use tessera_hub::marketplace::account_key;
use testkit::marketplace::{Platform, account, with};
use testkit::{ADA, Browser, JO, STRANGER, TestApp};

use super::{events, id_of};

#[testkit::both_databases]
async fn m13_the_link_in_the_answer_activates_without_the_service_desk(app: TestApp) {
    app.sign_up(STRANGER).await;
    let platform = Platform::of(&app);
    let answer = platform.synchronize(&account("1", "Sunny Roofs")).await;
    let (id, link) = (answer["Result"].as_str().unwrap(), answer["AccountExtraInfo"]["activation_url"].clone());
    let mut browser = Browser::new();
    let page = app.activate(&mut browser, link.as_str().unwrap(), STRANGER).await;
    assert!(page.body.contains("Your account is activated"), "{}", page.body);
    assert_eq!(app.store.identities(id_of(id)).await.unwrap().len(), 1);
    assert_eq!(app.store.people(id_of(id)).await.unwrap().len(), 1, "the person who was made signs in");
    let token = app.access_token(STRANGER).await;
    assert_eq!(app.api.get("/me", &token).await.json()["customer"]["name"], "Sunny Roofs");
    assert_eq!(app.api.get("/me/devices", &token).await.json()["reason"]["code"], "not_in_service_desk");
    // The link works once. Later answers contain none.
    let answer = platform.synchronize(&with(&account("1", "Sunny Roofs"), "ExternalID", id)).await;
    assert!(answer["AccountExtraInfo"].get("activation_url").is_none(), "{answer}");
    assert_eq!(answer["SendNotification"], false);
    let other = app.activate(&mut Browser::new(), link.as_str().unwrap(), ADA.email).await;
    assert!(other.status == 410 && other.body.contains("used"), "{} {}", other.status, other.body);
    assert!(events(&app, id).await.contains(&"activated".to_owned()));
    app.hub.run_pending().await;
}

#[testkit::both_databases]
async fn m15_delete_ends_access_keeps_the_history_and_can_be_reversed(app: TestApp) {
    app.sign_up(STRANGER).await;
    let platform = Platform::of(&app);
    let body = account("1", "Sunny Roofs");
    let answer = platform.synchronize(&body).await;
    let id = answer["Result"].as_str().unwrap().to_owned();
    let link = answer["AccountExtraInfo"]["activation_url"].as_str().unwrap().to_owned();
    let mut browser = Browser::new();
    app.activate(&mut browser, &link, STRANGER).await;
    let (portal, requests) = (format!("{}/portal/customer", app.url), format!("{}/portal/customer/requests", app.url));
    let before = browser.open(&portal).await;
    assert!(before.status == 200 && before.body.contains("not_in_service_desk"), "{}", before.body);
    assert_eq!(browser.open(&requests).await.status, 200, "the portal is open");
    let token = app.access_token(STRANGER).await;
    assert_eq!(app.api.get("/me", &token).await.json()["customer"]["name"], "Sunny Roofs");
    let history = events(&app, &id).await;

    assert_eq!(platform.delete(&id).await["Code"], 0);
    assert_eq!(platform.delete(&id).await["Code"], 0, "twice is success");
    assert!(browser.open(&portal).await.url.contains("sign-in"), "the session has ended");
    assert_eq!(app.api.get("/me", &token).await.json()["customer"], Value::Null);
    assert_eq!(app.api.get("/me/devices", &token).await.json()["reason"]["code"], "account_closed");
    let after = events(&app, &id).await;
    assert!(after.contains(&"account_deleted".to_owned()), "{after:?}");
    assert!(history.iter().all(|event| after.contains(event)), "the history stays: {after:?}");
    let people = app.store.people(id_of(&id)).await.unwrap();
    assert!(people.iter().all(|person| person.inactive.is_some()), "access has ended: {people:?}");
    // Signing in once more leads to the reason, not into the portal.
    let page = browser.post(&format!("{portal}/sign-in"), &[("provider", "idp")]).await;
    assert!(page.body.contains("Your account was closed"), "{}", page.body);
    assert_eq!(browser.open(&requests).await.status, 403, "nothing but the reason is shown");

    let key = account_key("market", "1");
    app.hub.restore_account(&key, "deleted by mistake", &JO).await.unwrap();
    assert_eq!(app.api.get("/me", &token).await.json()["customer"]["id"], json!(id));
    assert_eq!(browser.open(&requests).await.status, 200, "and the portal is open again");
    assert_eq!(platform.synchronized(&with(&body, "ExternalID", id.as_str())).await, id, "the same external id");
    assert!(app.hub.restore_account(&key, "again", &JO).await.is_err());
    app.hub.run_pending().await;
}

#[testkit::both_databases]
async fn m15_deleting_an_account_revokes_its_activation_link(app: TestApp) {
    let platform = Platform::of(&app);
    let answer = platform.synchronize(&account("1", "Sunny Roofs")).await;
    let link = answer["AccountExtraInfo"]["activation_url"].as_str().unwrap();
    platform.delete(answer["Result"].as_str().unwrap()).await;
    let page = Browser::new().open(link).await;
    assert_ne!(page.status, 200, "{}", page.body);
}

#[testkit::both_databases]
async fn m20_synchronize_after_a_deletion_creates_a_new_customer(app: TestApp) {
    app.sign_up(STRANGER).await;
    let platform = Platform::of(&app);
    let body = account("1", "Sunny Roofs");
    let first = platform.synchronize(&body).await;
    let old = first["Result"].as_str().unwrap().to_owned();
    let link = |answer: &Value| answer["AccountExtraInfo"]["activation_url"].as_str().unwrap().to_owned();
    app.activate(&mut Browser::new(), &link(&first), STRANGER).await;
    platform.delete(&old).await;
    // Whether or not the platform sends the old external id.
    let anew = platform.synchronize(&with(&body, "ExternalID", old.as_str())).await;
    assert_eq!(anew["Code"], 0, "{anew}");
    let new = anew["Result"].as_str().unwrap();
    assert_ne!(new, old);
    assert_eq!(platform.synchronized(&body).await, new);
    assert_eq!(platform.exists(&with(&body, "ExternalID", old.as_str())).await["Result"], json!(new));
    let error = app.hub.restore_account(&account_key("market", "1"), "x", &JO).await.unwrap_err();
    assert!(error.to_string().contains("anew"), "{error}");
    // The same person can activate again with the same sign-in.
    let page = app.activate(&mut Browser::new(), &link(&anew), STRANGER).await;
    assert!(page.body.contains("Your account is activated"), "{}", page.body);
    let token = app.access_token(STRANGER).await;
    assert_eq!(app.api.get("/me", &token).await.json()["customer"]["id"], json!(new));
    app.hub.run_pending().await;
}
