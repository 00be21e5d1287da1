//! The console's marketplace pages.

use std::time::Duration;

use reqwest::StatusCode;
use serde_json::json;
use testkit::marketplace::{Platform, account};
use testkit::{Colleague, TestApp};

#[testkit::both_databases]
async fn m07_m09_phone_fax_and_web_site_of_an_account_are_kept_and_shown(app: TestApp) {
    let mut shop = account("7", "Corner Shop");
    (shop["Phone"], shop["Fax"]) = (json!("+27 11 555 0201"), json!("+27 11 555 0202"));
    shop["WebSite"] = json!("https://shop.example.com");
    shop["ContactDetails"]["Fax"] = json!("+27 11 555 0203");
    Platform::of(&app).synchronized(&shop).await;
    let mut agnes = Colleague::signed_in(&app).await;
    let page = agnes.open("/marketplaces/market/accounts/7").await;
    page.says(&["+27 11 555 0201", "+27 11 555 0202", "https://shop.example.com", "+27 11 555 0203"]);
    app.leave_jobs();
}

#[testkit::both_databases]
async fn m01_staff_change_the_options_of_a_marketplace(app: TestApp) {
    let mut agnes = Colleague::signed_in(&app).await;
    agnes.open("/marketplaces").await.says(&["Example Market", "Partner Market", "none yet"]);
    let market = agnes.open("/marketplaces/market").await;
    market.says(&["As configured", "Username", "1 = User, 2 = Reseller", "option:domain as domain", "CUSTPORTAL"]);
    agnes.open("/marketplaces/market/options?id=role").await.says(&["1 = User\n2 = Reseller"]);

    let form = |version: &'static str, values: &'static str| {
        vec![
            ("version", version),
            ("id", "size"),
            ("name", "Company size"),
            ("kind", "List"),
            ("data_type", "Text"),
            ("storefront", "on"),
            ("values", values),
        ]
    };
    let lost = agnes.post("/marketplaces/market/options", &form("0", "s = Small\nLarge")).await;
    lost.says(&["“Large” is no value; write it as id = name", "As configured"]);
    let bad = agnes.post("/marketplaces/market/options", &form("0", "")).await;
    bad.says(&["a list without values", "As configured"]);
    let done = agnes.post("/marketplaces/market/options", &form("0", "*s = Small\nl = Large")).await;
    done.says(&["The option size is saved", "Company size", "Changed here"]);
    let mut late = form("0", "x = Extra");
    late.push(("changes", "size"));
    let late = agnes.post("/marketplaces/market/options", &late).await;
    late.says(&["Someone else has changed these options in the meantime"]);

    let twice = agnes.post("/marketplaces/market/options", &form("1", "m = Middle")).await;
    twice.says(&["There is an option size already", "s = Small"]);

    let platform = Platform::of(&app);
    let mut asks = account("1", "Sized");
    asks["SyncOptions"]["size"] = json!("medium");
    let refused = platform.synchronize(&asks).await;
    assert!(refused["Message"].as_str().unwrap().contains("s (Small), l (Large)"), "{refused}");
    asks["SyncOptions"]["size"] = json!("l");
    platform.synchronized(&asks).await;

    let gone = agnes.post("/marketplaces/market/options/remove", &[("version", "1"), ("id", "size")]).await;
    gone.says(&["The option size is removed"]);
    gone.lacks(&["Company size"]);
    let reset = agnes.post("/marketplaces/market/options/reset", &[("version", "2")]).await;
    reset.says(&["The options of the configuration are in force", "As configured"]);
    for nothing in
        ["/marketplaces/nobody", "/marketplaces/market/options?id=none", "/marketplaces/market/accounts/none"]
    {
        assert_eq!(agnes.open(nothing).await.status, StatusCode::NOT_FOUND, "{nothing}");
    }
}

#[testkit::both_databases]
async fn m15_staff_see_an_account_and_undo_its_deletion(app: TestApp) {
    let platform = Platform::of(&app);
    platform.synchronized(&account("77", "Reseller")).await;
    let mut body = account("a/b c", "Sunny Roofs");
    body["ResellerID"] = json!("77");
    body["Email"] = json!("sunny@example.com");
    body["ContactDetails"]["Email"] = json!("sunny@example.com");
    let id = platform.synchronized(&body).await;
    let mut agnes = Colleague::signed_in(&app).await;
    agnes.open("/marketplaces/market").await.says(&["Sunny Roofs", "a/b c", "Linked"]);
    let path = "/marketplaces/market/accounts/a%2Fb%20c";
    agnes.open(path).await.says(&["Sunny Roofs", "Reseller", "Synchronize", "sunny@example.com"]);
    agnes.open("/marketplaces/market/accounts/77").await.says(&["Serves as a reseller", "Sunny Roofs"]);
    let customer = agnes.open(&format!("/customers/{id}")).await;
    customer.says(&["Sunny Roofs", "Example Market", "Made for"]);

    platform.delete(&id).await;
    agnes.open(path).await.says(&["Deleted", "Undo the deletion", "Customer until it was deleted"]);
    let back = agnes.post(&format!("{path}/restore"), &[("why", "a mistake at the marketplace")]).await;
    back.says(&["The account and its access are back", "Linked"]);
    agnes.open(&format!("/customers/{id}")).await.says(&["a mistake at the marketplace"]);
    assert_eq!(platform.synchronized(&body).await, id);
}

#[testkit::both_databases]
async fn m21_staff_see_a_call_and_replay_it_in_test_mode(app: TestApp) {
    let platform = Platform::of(&app);
    let mut body = account("1", "Sunny Roofs");
    body["SyncOptions"]["role"] = json!("User");
    platform.synchronize(&body).await;
    app.advance(Duration::from_millis(2));
    body["SyncOptions"]["role"] = json!("1");
    platform.synchronize(&body).await;
    let calls = app.store.calls("market", None, 2).await.unwrap();
    let mut agnes = Colleague::signed_in(&app).await;
    let refused = agnes.open(&format!("/marketplaces/market/calls/{}", calls[1].id)).await;
    refused.says(&["-80004 option_invalid", "Correct the sync option’s value", "must be one of 1 (User)"]);
    let path = format!("/marketplaces/market/calls/{}", calls[0].id);
    let shown = agnes.open(&path).await;
    shown.says(&["0 ok", "\"Name\": \"Sunny Roofs\"", "\"activation_url\": \"•••\""]);
    let before = app.store.customers(None, 10).await.unwrap().len();
    platform.delete(&app.store.customers(None, 10).await.unwrap()[0].id.to_string()).await;
    let replayed = agnes.post(&format!("{path}/replay"), &[]).await;
    replayed.says(&["If it came again now", "Nothing was changed", "create customer Sunny Roofs"]);
    assert_eq!(app.store.customers(None, 10).await.unwrap().len(), before, "the plan is shown, not applied");
    assert_eq!(agnes.open("/marketplaces/partner-market/calls/none").await.status, StatusCode::NOT_FOUND);
    let other = path.replace("/market/", "/partner-market/");
    assert_eq!(agnes.open(&other).await.status, StatusCode::NOT_FOUND, "a call belongs to its marketplace");
}
