//! Repeated, simultaneous and test calls (`M20`).

use std::time::Duration;

use futures_util::future::join_all;
use reqwest::Method;
use serde_json::json;
use testkit::marketplace::{Platform, account, with};
use testkit::{Browser, TestApp};

use super::{customers, id_of};

#[testkit::both_databases]
async fn m20_64_equal_concurrent_calls_create_one_customer(app: TestApp) {
    let platform = Platform::of(&app);
    let body = account("3000", "Racing");
    let answers = join_all((0..64).map(|_| platform.synchronize(&body))).await;
    let mut ids: Vec<_> = answers.iter().map(|answer| answer["Result"].as_str().unwrap()).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 1, "{answers:?}");
    assert_eq!(customers(&app).await, 1);
    let mut links: Vec<_> =
        answers.iter().map(|answer| answer["AccountExtraInfo"]["activation_url"].as_str().unwrap()).collect();
    links.dedup();
    assert_eq!(links.len(), 1, "one link, and it works");
    assert_eq!(Browser::new().open(links[0]).await.status, 200);
}

#[testkit::both_databases]
async fn m20_a_repeated_call_returns_the_first_answer(app: TestApp) {
    let platform = Platform::of(&app);
    let body = account("1", "Lost");
    let first = platform.synchronize(&body).await;
    let again = platform.synchronize(&body).await;
    assert_eq!(first, again, "the id, the link, and that the mail is still to be sent");
    let found = platform.exists(&body).await;
    assert_eq!((&found["Code"], &found["Result"]), (&json!(1), &first["Result"]));
    assert_eq!(found["AccountExtraInfo"], first["AccountExtraInfo"], "the platform may have heard nothing of it");
    assert_eq!(found["SendNotification"], true);
    let known = platform.exists(&with(&body, "ExternalID", first["Result"].clone())).await;
    assert_eq!((&known["Code"], known.get("SendNotification")), (&json!(1), None), "it has heard: {known}");
    app.advance(Duration::from_hours(15 * 24));
    let later = platform.synchronize(&body).await;
    assert_eq!(later["Result"], first["Result"]);
    let (old, new) = (&first["AccountExtraInfo"]["activation_url"], &later["AccountExtraInfo"]["activation_url"]);
    assert_ne!(old, new, "the old link ran out");
    assert!(Browser::new().open(new.as_str().unwrap()).await.body.contains("Activate your account"));
}

#[testkit::both_databases]
async fn m20_a_test_request_changes_nothing(app: TestApp) {
    let platform = Platform::of(&app);
    let body = account("1", "Test");
    let answer = platform.synchronize(&with(&body, "IsTest", true)).await;
    assert_eq!((&answer["Code"], &answer["SendNotification"]), (&json!(0), &json!(false)));
    assert!(!answer["Result"].as_str().unwrap().is_empty(), "something plausible");
    assert_eq!(customers(&app).await, 0);
    assert_eq!(platform.exists(&body).await["Code"], 0);
    let told = answer["Result"].as_str().unwrap();
    assert_eq!(platform.exists(&with(&body, "ExternalID", told)).await["Code"], 0);
    let id = platform.synchronized(&body).await;
    let answer = platform.synchronize(&with(&with(&body, "IsTest", true), "Name", "Other")).await;
    assert_eq!(answer["Result"], id);
    let delete = json!({ "ExternalID": id, "IsTest": true });
    assert_eq!(platform.send(Method::POST, "/API/Accounts/Delete", Some(delete.to_string())).await["Code"], 0);
    assert_eq!(app.store.customer(id_of(&id)).await.unwrap().unwrap().name, "Test");
    assert_eq!(platform.exists(&body).await["Code"], 1);
}
