//! Effects of a marketplace's calls on the people of its customers.

use serde_json::{Value, json};
use testkit::marketplace::{Platform, account};
use testkit::{Browser, Colleague, TestApp};

/// The only person of a customer.
async fn person_of(app: &TestApp, customer: &str) -> Value {
    let people = app.api.get("/persons", &app.api_key).await.json();
    people["items"].as_array().unwrap().iter().find(|person| person["customer_id"] == customer).unwrap().clone()
}

fn with_email(email: &str) -> Value {
    let mut body = account("1", "Sunny Roofs");
    body["Email"] = json!(email);
    body["ContactDetails"]["Email"] = json!(email);
    body
}

#[testkit::both_databases]
async fn m08_a_corrected_account_address_updates_the_person(app: TestApp) {
    let platform = Platform::of(&app);
    let id = platform.synchronized(&with_email("ofice@example.com")).await;
    let before = person_of(&app, &id).await;
    assert_eq!(before["email"], "ofice@example.com");
    platform.synchronized(&with_email("office@example.com")).await;
    let after = person_of(&app, &id).await;
    assert_eq!((&after["email"], &after["id"]), (&json!("office@example.com"), &before["id"]));
    assert_eq!(after["place_ids"], before["place_ids"], "nothing else changed");
    let mut agnes = Colleague::signed_in(&app).await;
    agnes.open(&format!("/customers/{id}")).await.says(&["The marketplace corrected the e-mail address of"]);
    app.hub.run_pending().await;
    assert!(app.mail.messages().is_empty(), "nobody signs in yet, so nobody is told");

    // Staff gave the person another address, which no longer follows the account's.
    let path = format!("/persons/{}", before["id"].as_str().unwrap());
    let other = json!({ "email": "jo@example.com" });
    let send = |request: reqwest::RequestBuilder| request.bearer_auth(&app.api_key).json(&other);
    let changed = app.api.send(reqwest::Method::PATCH, &path, send).await;
    assert_eq!(changed.status, 200, "{}", changed.body);
    platform.synchronized(&with_email("sales@example.com")).await;
    assert_eq!(person_of(&app, &id).await["email"], "jo@example.com");
}

#[testkit::both_databases]
async fn m08_an_address_chosen_by_the_person_is_not_overwritten(app: TestApp) {
    let platform = Platform::of(&app);
    let answer = platform.synchronize(&with_email("office@example.com")).await;
    let id = answer["Result"].as_str().unwrap().to_owned();
    let link = answer["AccountExtraInfo"]["activation_url"].as_str().unwrap();
    app.sign_up("roofer@example.net").await;
    let mut browser = Browser::new();
    app.activate(&mut browser, link, "roofer@example.net").await;
    app.hub.run_pending().await;

    // A person with a sign-in is notified at the previous address.
    platform.synchronized(&with_email("info@example.com")).await;
    assert_eq!(person_of(&app, &id).await["email"], "info@example.com");
    app.hub.run_pending().await;
    let told = app.mail.messages().into_iter().find(|mail| mail.subject.contains("address")).unwrap();
    assert_eq!(told.to, ["office@example.com".to_owned()]);

    let mine = format!("{}/portal/customer/profile/email", app.url);
    let asked = browser.post(&mine, &[("email", "me@example.net")]).await;
    assert_eq!(asked.status, 200, "{}", asked.body);
    app.hub.run_pending().await;
    let mail = app.mail.messages().into_iter().find(|mail| mail.to == ["me@example.net".to_owned()]).unwrap();
    let text = mail.text.unwrap();
    let link = text.split_whitespace().find(|word| word.contains("/profile/email/")).unwrap().to_owned();
    browser.post(&link, &[]).await;
    assert_eq!(person_of(&app, &id).await["email"], "me@example.net");
    // The account gets the same address and then another one. The address was still the person's own choice.
    platform.synchronized(&with_email("me@example.net")).await;
    platform.synchronized(&with_email("sales@example.com")).await;
    assert_eq!(person_of(&app, &id).await["email"], "me@example.net");
    app.hub.run_pending().await;
}

#[testkit::both_databases]
async fn m15_a_delete_call_is_listed_for_its_account(app: TestApp) {
    let platform = Platform::of(&app);
    let id = platform.synchronized(&account("3000", "Sunny Roofs")).await;
    platform.delete(&id).await;
    // Deleting twice succeeds and is recorded for the same account. A call with an unknown id belongs to no account.
    platform.delete(&id).await;
    platform.delete("0198c0de-0000-7000-8000-000000000001").await;
    let about = app.store.calls_about("market", "3000", 9).await.unwrap();
    let mut named: Vec<&str> =
        about.iter().filter_map(|call| call.operation).map(tessera_core::marketplace::Operation::as_str).collect();
    named.sort_unstable();
    assert_eq!(named, ["Delete", "Delete", "Synchronize"]);
    let mut agnes = Colleague::signed_in(&app).await;
    let page = agnes.open("/marketplaces/market/accounts/3000").await;
    page.says(&["Calls about it", "Delete", "Synchronize"]);
    let all = app.store.calls("market", None, 9).await.unwrap();
    assert_eq!(all.iter().filter(|call| call.account_id.is_none()).count(), 1, "{all:?}");
}
