//! Number of durable writes in the three busiest walks: each is a transaction that a person or a system waits for.
//! Includes the claim of the job.
#![expect(clippy::print_stdout, reason = "the figures of docs/reliability.md and ARCHITECTURE.md")]

use reqwest::Method;
use serde_json::json;
use tessera_store::Effort;
use testkit::marketplace::{Platform, account, with};
use testkit::{ADA, BEN, Browser, TestApp};

/// Database cost of a step.
async fn spent(app: &TestApp, step: impl Future) -> Effort {
    let before = app.store.effort();
    step.await;
    app.store.effort() - before
}

#[testkit::both_databases]
async fn h04_an_activation_takes_two_commits_before_the_redirect_and_three_after(app: TestApp) {
    let link = app.link(ADA.requester).await;
    app.hub.run_pending().await;
    let mut browser = Browser::new();
    let callback = app.come_back_from_signing_in(&mut browser, &link, ADA.email).await;

    let redirected = spent(&app, browser.open(&callback)).await;
    assert!(redirected.commits <= 2, "the sign-in is taken, then claim and session are one: {redirected:?}");
    let completed = spent(&app, app.hub.run_claimed()).await;
    assert!(completed.commits <= 3, "the job is claimed, the requester is there, the record is: {completed:?}");
    let page = browser.open(&format!("{}/activation", app.url)).await;
    assert!(page.body.contains("HIB-A1"), "{}", page.body);
    println!("activation: {redirected:?} before the redirect, {completed:?} after it");
    app.hub.run_pending().await;
}

#[testkit::both_databases]
async fn h04_a_webhook_is_accepted_and_applied_in_one_commit_each(app: TestApp) {
    app.activated(ADA).await;
    app.activated(BEN).await;
    app.hub.run_pending().await;
    let id = app.display_id("HIB-A1");
    let ben: u64 = BEN.requester.parse().unwrap();
    app.call_desk(Method::PUT, &format!("/assets/{id}"), json!({ "user_id": ben })).await;
    app.advance(std::time::Duration::from_secs(1));

    let body = format!(r#"{{"display_id":"{id}"}}"#);
    let accepted = spent(&app, async { assert_eq!(app.deliver(&body).await.0, 202) }).await;
    assert_eq!(accepted.commits, 1, "{accepted:?}");
    let applied = spent(&app, app.hub.run_claimed()).await;
    assert_eq!(applied.commits, 2, "the claim, and the change with the end of its job: {applied:?}");
    let customer = app.customer_of(BEN.requester).await.parse().unwrap();
    let devices = app.store.devices_of(customer).await.unwrap();
    assert!(devices.iter().any(|device| device.serial.as_deref() == Some("HIB-A1")), "the device is Ben's now");
    println!("hook: {accepted:?} to accept it, {applied:?} to apply it");
}

#[testkit::both_databases]
async fn h04_synchronize_takes_one_commit(app: TestApp) {
    let platform = Platform::of(&app);
    let body = account("1", "Jo Example Ltd");
    let made = spent(&app, platform.synchronized(&body)).await;
    assert_eq!(made.commits, 1, "{made:?}");
    let renamed = spent(&app, platform.synchronized(&with(&body, "Name", "Jo Example Inc"))).await;
    assert_eq!(renamed.commits, 1, "{renamed:?}");
    println!("Synchronize: {made:?} for a new account, {renamed:?} for a new name");
}
