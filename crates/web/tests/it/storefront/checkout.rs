//! The checkout: its steps, what they ask, and that nothing is lost or doubled.

use serde_json::json;
use testkit::portal::NASTY;
use testkit::{ADA, Browser, TestApp};

use super::{
    BILLING, answered, bought, buyer, checked_out, fields_of, id_of, placed, product, send, shown, stranger, url,
};
use crate::marketplace_platform::{RunningVendor, connect, later, put, text_option};

#[testkit::both_databases]
async fn m03_m06_service_details_are_asked_once_per_vendor_and_only_what_is_for_customers(app: TestApp) {
    let mut role = text_option("role", 2, false);
    role["Definition"]["AvailableToStorefront"] = json!(false);
    let mut username = text_option("username", 0, true);
    username["Definition"]["AvailableToStorefront"] = json!(false);
    let running = RunningVendor::start(json!({ "Fields": [username, text_option("domain", 1, true), role] })).await;
    let vendor = connect(&app, "Example Cloud", &running.url()).await;
    let (one, two) = (product(&app, "Backup", &vendor).await, product(&app, "Archive", &vendor).await);
    let mut ada = buyer(&app, ADA).await;

    let details = checked_out(&app, &mut ada, &one).await;
    assert!(details.body.contains("<h1>Service Details</h1>"), "{}", details.body);
    assert!(details.body.contains("The domain"), "{}", details.body);
    assert!(!details.body.contains("The role") && !details.body.contains("The username"), "{}", details.body);
    let overview = answered(&app, &mut ada, &details, &vendor, "ada.example").await;
    assert!(overview.body.contains("ada.example"), "{}", overview.body);
    let order = placed(&app, &mut ada, &overview).await;
    app.hub.run_pending().await;
    assert_eq!(shown(&app, &id_of(&order)).await["state"], "active");
    let sent = running.vendor.asked("Synchronize").pop().unwrap().body;
    assert_eq!(sent["SyncOptions"]["domain"], "ada.example", "{sent}");
    assert_eq!(sent["SyncOptions"]["username"], ADA.email, "filled by the rule: {sent}");
    assert_eq!(sent["Address"]["City"], "Chicago", "{sent}");

    let overview = checked_out(&app, &mut ada, &two).await;
    assert!(!overview.body.contains("Service Details"), "the second purchase: {}", overview.body);
    let second = placed(&app, &mut ada, &overview).await;
    assert_eq!(shown(&app, &id_of(&second)).await["state"], "active", "at once");
    assert_eq!(running.vendor.asked("Synchronize").len(), 1, "the account is a customer of the vendor already");
    later(&app, 30).await;
}

#[testkit::both_databases]
async fn m06_an_order_is_placed_once_however_often_it_is_sent(app: TestApp) {
    let running = RunningVendor::usual().await;
    let vendor = connect(&app, "Example Cloud", &running.url()).await;
    let backup = product(&app, "Backup", &vendor).await;
    let mut ada = buyer(&app, ADA).await;
    let details = checked_out(&app, &mut ada, &backup).await;
    let overview = answered(&app, &mut ada, &details, &vendor, "ada.example").await;

    // A browser that sends the form twice at once still has the basket in both.
    let (mut first, mut second) = (ada.clone(), ada.clone());
    let (one, two) = tokio::join!(placed(&app, &mut first, &overview), placed(&app, &mut second, &overview));
    assert_eq!(id_of(&one), id_of(&two));
    let later_on = placed(&app, &mut ada, &overview).await;
    assert_eq!(id_of(&one), id_of(&later_on), "also with another text");
    let orders = app.api.get("/orders", &app.api_key).await.json();
    assert_eq!(orders["items"].as_array().unwrap().len(), 1, "{orders}");
    let accounts = app.api.get("/marketplace-accounts", &app.api_key).await.json();
    assert_eq!(accounts["items"].as_array().unwrap().len(), 1, "{accounts}");
    app.hub.run_pending().await;
    assert_eq!(running.vendor.customers().len(), 1);
    later(&app, 30).await;
}

#[testkit::both_databases]
async fn m06_everything_typed_survives_an_error(app: TestApp) {
    let mut domain = text_option("domain", 1, true);
    domain["Definition"]["Kind"] = json!("Link");
    let running = RunningVendor::start(json!({ "Fields": [domain, text_option("note", 2, false)] })).await;
    let vendor = connect(&app, "Example Cloud", &running.url()).await;
    let backup = product(&app, "Backup", &vendor).await;
    let mut ada = buyer(&app, ADA).await;
    let add = [("act", "add"), ("product", backup.as_str()), ("quantity", "2")];
    ada.post(&url(&app, "/basket"), &add).await;
    let contact = ada.open(&url(&app, "/checkout")).await;
    let wrong = send(&app, &mut ada, &contact, &[("company", NASTY), ("city", ""), ("step", "contact")]).await;
    assert_eq!(wrong.status, 422);
    assert!(wrong.body.contains("Enter the town or city."), "{}", wrong.body);
    let kept = |page: &testkit::Page, name: &str| {
        fields_of(page).into_iter().find(|(known, _)| known == name).map(|(_, value)| value)
    };
    assert_eq!(kept(&wrong, "company").as_deref(), Some(NASTY));
    testkit::portal::assert_tame(&wrong);

    let details = send(&app, &mut ada, &wrong, &[&BILLING[..], &[("step", "contact")]].concat()).await;
    let (note, link) = (format!("d.{vendor}.note"), format!("d.{vendor}.domain"));
    let typed = [(note.as_str(), "by the door"), (link.as_str(), "no address"), ("step", "details")];
    let wrong = send(&app, &mut ada, &details, &typed).await;
    assert_eq!(wrong.status, 422);
    assert!(wrong.body.contains("must be a web address"), "{}", wrong.body);
    assert_eq!(kept(&wrong, &note).as_deref(), Some("by the door"));
    assert_eq!(kept(&wrong, "company").as_deref(), Some(NASTY), "also of the step before");
    let back = send(&app, &mut ada, &wrong, &[("to", "contact")]).await;
    assert_eq!(kept(&back, &link).as_deref(), Some("no address"), "{}", back.body);
    let details = send(&app, &mut ada, &back, &[("step", "contact")]).await;
    let overview = send(&app, &mut ada, &details, &[(&link, "https://ada.example"), ("step", "details")]).await;

    let price = json!({
        "name": "Backup", "price": { "amount": "13", "currency": "EUR" }, "service_manager_id": vendor,
    });
    put(&app, &format!("/products/{backup}"), &price).await;
    let changed = send(&app, &mut ada, &overview, &[("step", "place")]).await;
    assert_eq!(changed.status, 422);
    assert!(changed.body.contains("The price has changed"), "{}", changed.body);
    assert!(changed.body.contains("EUR\u{a0}26.00"), "{}", changed.body);
    placed(&app, &mut ada, &changed).await;
    app.hub.run_pending().await;
    later(&app, 30).await;
}

#[testkit::both_databases]
async fn m06_the_basket_works_without_sign_in_and_cannot_be_forged(app: TestApp) {
    let running = RunningVendor::usual().await;
    let vendor = connect(&app, "Example Cloud", &running.url()).await;
    let backup = product(&app, "Backup", &vendor).await;
    let mut nobody = Browser::new();
    let catalogue = nobody.open(&url(&app, "")).await;
    assert!(catalogue.body.contains("Backup") && catalogue.body.contains("EUR\u{a0}12.50"), "{}", catalogue.body);
    let page = nobody.open(&url(&app, &format!("/products/{backup}"))).await;
    assert!(page.body.contains("<strong>Good</strong> for you."), "{}", page.body);
    let add = [("act", "add"), ("product", backup.as_str()), ("quantity", "3")];
    let basket = nobody.post(&url(&app, "/basket"), &add).await;
    assert!(
        basket.body.contains("Total: EUR\u{a0}37.50") && basket.body.contains("Sign in to check out"),
        "{}",
        basket.body
    );
    let quantity = format!("q.{backup}");
    let basket = nobody.post(&url(&app, "/basket"), &[("act", "set"), (&quantity, "2")]).await;
    assert!(basket.body.contains("Total: EUR\u{a0}25.00"), "{}", basket.body);

    let cookie = nobody.cookie("tessera-basket").unwrap();
    let mut forger = Browser::new();
    forger.put_cookie("tessera-basket", &cookie.replacen("-2", "-9", 1));
    assert!(forger.open(&url(&app, "/basket")).await.body.contains("Your basket is empty"));
    let removed = nobody.post(&url(&app, "/basket"), &[("remove", backup.as_str())]).await;
    assert!(removed.body.contains("Your basket is empty"), "{}", removed.body);

    nobody.post(&url(&app, "/basket"), &add).await;
    let hidden = json!({
        "name": "Backup", "price": { "amount": "12.50", "currency": "EUR" }, "service_manager_id": vendor,
        "visible": false,
    });
    put(&app, &format!("/products/{backup}"), &hidden).await;
    let gone = nobody.open(&url(&app, "/basket")).await;
    assert!(gone.body.contains("no longer available"), "{}", gone.body);
    assert_eq!(nobody.open(&url(&app, &format!("/products/{backup}"))).await.status, 404);
    let sign_in = nobody.open(&url(&app, "/checkout")).await;
    assert!(sign_in.url.contains("/portal/customer/sign-in?return_to=%2Fshop%2Fcheckout"), "{}", sign_in.url);
    assert!(sign_in.body.contains("/shop/sign-up"), "{}", sign_in.body);
    later(&app, 30).await;
}

#[testkit::both_databases]
async fn m06_an_account_is_made_with_a_proved_address_only(app: TestApp) {
    let running = RunningVendor::usual().await;
    let vendor = connect(&app, "Example Cloud", &running.url()).await;
    let backup = product(&app, "Backup", &vendor).await;
    // Someone claims Ada's address at the identity provider, which has not verified it.
    app.activated(ADA).await;
    let mut thief = stranger(&app, "thief", ADA.email, false).await;
    thief.post(&url(&app, "/basket"), &[("act", "add"), ("product", backup.as_str()), ("quantity", "1")]).await;
    let page = thief.open(&url(&app, "/checkout")).await;
    assert!(page.body.contains("Confirm your e-mail address"), "{}", page.body);
    let typed = [&BILLING[..], &[("step", "place"), ("email", ADA.email), ("key", "k")]].concat();
    thief.post(&url(&app, "/checkout"), &typed).await;
    let orders = app.api.get("/orders", &app.api_key).await.json();
    assert_eq!(orders["items"], json!([]));

    let mut ada = buyer(&app, ADA).await;
    let order = bought(&app, &mut ada, &backup, &vendor, "ada.example").await;
    let account = shown(&app, &id_of(&order)).await["account_id"].as_str().unwrap().to_owned();
    let account = crate::marketplace_platform::shown(&app, &account).await;
    assert_eq!(account["customer_id"], app.customer_of(ADA.requester).await, "linked by the same correlation");
    assert_eq!((&account["email"], &account["name"]), (&json!(ADA.email), &json!("Ada Example")));
    app.hub.run_pending().await;
    later(&app, 30).await;
}
