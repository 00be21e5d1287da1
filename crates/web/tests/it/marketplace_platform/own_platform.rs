//! The hub's own platform as a customer of the hub's own vendor interface: one account is one customer.

use serde_json::{Value, json};
use testkit::marketplace::{Platform, with};
use testkit::{ADA, Browser, Databases, STRANGER, TestApp};

use super::{account, connection, create, deleted, later, put, shown, state, synchronized};
use crate::marketplace_api::customers;
use crate::storefront::{answered, checked_out, id_of, placed, product, stranger};

pub async fn own(databases: &Databases) -> TestApp {
    TestApp::builder().config(|config| config.marketplaces[0].own_platform = true).start(databases).await
}

/// The hub as its own vendor, with an e-mail that leads to the activation.
async fn ourselves(app: &TestApp) -> String {
    let mut new = connection("Tessera itself", &app.url);
    new["notification"] = json!({ "enabled": true, "subject": "Welcome", "body": "Activate:\n\n[#activation_url#]" });
    let made = app.api.post("/service-managers", &app.api_key, new).await;
    assert_eq!(made.status, 201, "{}", made.body);
    made.json()["id"].as_str().unwrap().to_owned()
}

async fn record(app: &TestApp, account: &str) -> Value {
    app.api.get(&format!("/records/market/account/{account}"), &app.api_key).await.json()
}

#[testkit::both_databases]
async fn m13_m19_m20_an_account_of_the_own_platform_is_one_customer_with_an_activation_link(databases: Databases) {
    let app = own(&databases).await;
    app.sign_up(STRANGER).await;
    let vendor = ourselves(&app).await;
    let id = create(&app, account("Sunny Roofs", "office@sunny-roofs.example")).await;
    let before = customers(&app).await;
    let done = synchronized(&app, &id, &vendor, json!({ "role": "1", "domain": "sunny-roofs.example" })).await;
    assert_eq!(state(&done), "done", "{done}");
    let page = shown(&app, &id).await;
    assert_eq!((&done["external_id"], customers(&app).await), (&page["customer_id"], before), "one customer: {page}");
    assert_eq!(page["links"][0]["existed"], false, "it was not a customer of the vendor before");
    assert_eq!(record(&app, &id).await["attributes"]["options"]["role"], "1");

    let mails = app.mail.messages();
    let text = mails.iter().find(|mail| mail.subject == "Welcome").unwrap().text.clone().unwrap();
    let link = text.lines().find(|line| line.contains("/activate/")).unwrap().trim().to_owned();
    let activated = app.activate(&mut Browser::new(), &link, STRANGER).await;
    assert!(activated.body.contains("Your account is activated"), "{}", activated.body);
    let token = app.access_token(STRANGER).await;
    assert_eq!(app.api.get("/me", &token).await.json()["customer"]["name"], "Sunny Roofs");

    let changed = account("Sunny Roofs & Sons", "office@sunny-roofs.example");
    assert_eq!(put(&app, &format!("/marketplace-accounts/{id}"), &changed).await.status, 200);
    let again = synchronized(&app, &id, &vendor, json!({})).await;
    assert_eq!((state(&again), &again["external_id"]), ("done", &done["external_id"]), "{again}");
    assert_eq!(app.api.get("/me", &token).await.json()["customer"]["name"], "Sunny Roofs & Sons", "the account leads");
    assert_eq!(customers(&app).await, before, "and again");

    assert_eq!(state(&deleted(&app, &id).await), "done");
    assert!(record(&app, &id).await["gone_at"].is_string(), "deleted on both sides");
    assert_eq!(shown(&app, &id).await["customer_id"], json!(null));
    assert_eq!(app.api.get("/me/devices", &token).await.json()["reason"]["code"], "account_closed");
    later(&app, 30).await;
    app.leave_jobs();
}

#[testkit::both_databases]
async fn m16_m17_an_account_whose_customer_is_known_otherwise_is_linked_and_gets_no_access(databases: Databases) {
    let app = own(&databases).await;
    let vendor = ourselves(&app).await;
    app.activated(ADA).await;
    let id = create(&app, account("Ada", ADA.email)).await;
    let before = customers(&app).await;
    let done = synchronized(&app, &id, &vendor, json!({})).await;
    let page = shown(&app, &id).await;
    assert_eq!((state(&done), &done["external_id"]), ("done", &page["customer_id"]), "{done}");
    assert_eq!((page["links"][0]["existed"].clone(), customers(&app).await), (json!(true), before), "{page}");
    let told = app.mail.messages().iter().any(|mail| mail.subject == "Welcome");
    assert!(!told, "no link grants access to a customer who was there before");
    later(&app, 30).await;
    app.leave_jobs();
}

#[testkit::both_databases]
async fn m06_m13_a_buyer_whose_address_another_system_knows_gets_an_activation_link(databases: Databases) {
    let app = own(&databases).await;
    let vendor = ourselves(&app).await;
    let email = "office@known.example";
    let known = with(&testkit::marketplace::account("77", "Known Roofs"), "Email", email);
    let known = testkit::marketplace::with_option(&known, "tenant", "known-roofs");
    let customer = Platform::partner(&app).synchronized(&known).await;
    let portal = product(&app, "Customer portal", &vendor).await;
    let mut buyer = stranger(&app, "known-roofs", email, true).await;
    let next = checked_out(&app, &mut buyer, &portal).await;
    let overview = if next.body.contains("<h1>Service Details</h1>") {
        answered(&app, &mut buyer, &next, &vendor, "known.example").await
    } else {
        next
    };
    let order = placed(&app, &mut buyer, &overview).await;
    app.hub.run_pending().await;
    let shown = crate::storefront::shown(&app, &id_of(&order)).await;
    assert_eq!(shown["state"], "active", "{shown}");
    let account = super::shown(&app, shown["account_id"].as_str().unwrap()).await;
    assert_eq!(account["customer_id"], json!(customer), "the customer whom the hub knew: {account}");
    let page = buyer.open(&order.url).await;
    assert!(page.body.contains("Activate"), "{}", page.body);
    app.hub.run_pending().await;
    let mails = app.mail.messages();
    let text = mails.iter().find(|mail| mail.subject == "Welcome").unwrap().text.clone().unwrap();
    let link = text.lines().find(|line| line.contains("/activate/")).unwrap().trim().to_owned();
    app.sign_up(email).await;
    let activated = app.activate(&mut Browser::new(), &link, email).await;
    assert!(activated.body.contains("Your account is activated"), "{}", activated.body);
    let token = app.access_token(email).await;
    assert_eq!(
        app.api.get("/me", &token).await.json()["customer"]["name"],
        "Known Roofs",
        "its name is not the buyer's"
    );
    later(&app, 30).await;
    app.leave_jobs();
}

#[testkit::both_databases]
async fn m06_m13_a_buyer_whom_the_service_desk_invites_later_sees_the_devices_in_the_same_account(
    databases: Databases,
) {
    let app = own(&databases).await;
    let vendor = ourselves(&app).await;
    let portal = product(&app, "Customer portal", &vendor).await;
    let mut buyer = stranger(&app, "ada-buys", ADA.email, true).await;
    let details = checked_out(&app, &mut buyer, &portal).await;
    let overview = answered(&app, &mut buyer, &details, &vendor, "ada.example").await;
    let order = placed(&app, &mut buyer, &overview).await;
    app.hub.run_pending().await;
    assert_eq!(crate::storefront::shown(&app, &id_of(&order)).await["state"], "active");
    app.hub.run_pending().await;
    let mails = app.mail.messages();
    let text = mails.iter().find(|mail| mail.subject == "Welcome").unwrap().text.clone().unwrap();
    let link = text.lines().find(|line| line.contains("/activate/")).unwrap().trim().to_owned();
    let activated = app.activate(&mut Browser::new(), &link, ADA.email).await;
    assert!(activated.body.contains("Your account is activated"), "{}", activated.body);
    let token = app.access_token(ADA.email).await;
    let bought = app.api.get("/me", &token).await.json()["customer"]["id"].as_str().unwrap().to_owned();
    assert_eq!(app.api.get("/me/devices", &token).await.json()["devices"], json!([]), "none yet");

    let invited = app.link(ADA.requester).await;
    app.activate(&mut Browser::new(), &invited, ADA.email).await;
    app.hub.run_pending().await;
    assert_eq!(app.customer_of(ADA.requester).await, bought, "one customer");
    let devices = app.api.get("/me/devices", &token).await.json();
    assert_eq!(devices["devices"][0]["serial"], "HIB-A1", "{devices}");
    later(&app, 30).await;
    app.leave_jobs();
}

#[testkit::both_databases]
async fn m16_m20_an_account_that_waits_for_a_decision_creates_nothing_at_the_own_vendor(databases: Databases) {
    let app = own(&databases).await;
    let vendor = ourselves(&app).await;
    create(&app, account("First", "office@twice.example")).await;
    let second = create(&app, account("Second", "office@twice.example")).await;
    assert_eq!(shown(&app, &second).await["customer_id"], json!(null), "a review waits");
    let before = customers(&app).await;
    let failed = synchronized(&app, &second, &vendor, json!({})).await;
    assert_eq!((state(&failed), &failed["code"]), ("failed", &json!(2)), "{failed}");
    assert_eq!(customers(&app).await, before);
    later(&app, 30).await;
    app.leave_jobs();
}

#[testkit::both_databases]
async fn m13_m16_another_platform_gets_no_access_by_the_id_of_an_own_account(app: TestApp) {
    let email = "office@sunny-roofs.example";
    let id = create(&app, account("Sunny Roofs", email)).await;
    let sent = with(&testkit::marketplace::account(&id, "Somebody Else"), "Email", email);
    let answer = Platform::of(&app).synchronize(&sent).await;
    assert_eq!(answer["Result"], shown(&app, &id).await["customer_id"], "a rule finds the address: {answer}");
    assert!(answer["AccountExtraInfo"].get("activation_url").is_none(), "{answer}");
    assert_eq!(answer["SendNotification"], false);
    let changed = with(&with(&sent, "ExternalID", answer["Result"].clone()), "Name", "Taken Over");
    Platform::of(&app).synchronize(&changed).await;
    let customer = answer["Result"].as_str().unwrap();
    let page = app.api.get(&format!("/customers/{customer}"), &app.api_key).await.json();
    assert_eq!(page["name"], "Sunny Roofs", "and leads nobody");
    app.hub.run_pending().await;
}
