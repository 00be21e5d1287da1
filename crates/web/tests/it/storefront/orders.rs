//! Orders after they were placed: followed, cancelled, mended, tried again and executed.

use serde_json::json;
use tessera_hub::Retention;
use tessera_sim::scripted_vendor::Turn;
use testkit::{ADA, Colleague, TestApp};

use super::{bought, buyer, checked_out, id_of, placed, product, shown, url};
use crate::marketplace_platform::{RunningVendor, connect, deleted, later, put, text_option};

fn refusal(code: i64, message: &str) -> Turn {
    Turn::Answer(200, json!({ "Code": code, "Message": message }).to_string())
}

#[testkit::both_databases]
async fn m11_a_failure_is_shown_to_the_customer_by_its_code_and_to_staff_in_full(app: TestApp) {
    let running = RunningVendor::usual().await;
    let vendor = connect(&app, "Example Cloud", &running.url()).await;
    let backup = product(&app, "Backup", &vendor).await;
    let mut ada = buyer(&app, ADA).await;
    running.vendor.script("Synchronize", [refusal(-17, "no such tenant"), refusal(-80_001, "This domain is taken.")]);
    let order = bought(&app, &mut ada, &backup, &vendor, "ada.example").await;
    let id = id_of(&order);
    app.hub.run_pending().await;
    let page = ada.open(&order.url).await;
    assert!(page.body.contains("Contact your support department"), "{}", page.body);
    assert!(
        !page.body.contains("no such tenant") && !page.body.contains("Change the Service Details"),
        "{}",
        page.body
    );
    let mut agnes = Colleague::signed_in(&app).await;
    agnes.open("/orders").await.says(&["1 × Backup", "Not set up"]);
    let staff = agnes.open(&format!("/orders/{id}")).await;
    staff.says(&["no such tenant", "-17", "Contact your support department", "Try again"]);

    agnes.post(&format!("/orders/{id}/retry"), &[]).await.says(&["The order is being tried again."]);
    app.hub.run_pending().await;
    let page = ada.open(&order.url).await;
    assert!(page.body.contains("This domain is taken."), "{}", page.body);
    assert!(page.body.contains("Change the Service Details"), "{}", page.body);
    let details = ada.open(&format!("{}/details", order.url)).await;
    assert!(details.body.contains("ada.example"), "what was entered: {}", details.body);
    let field = format!("d.{vendor}.domain");
    let mended = ada.post(&format!("{}/details", order.url), &[(&field, "other.example")]).await;
    assert!(mended.body.contains("We are trying again."), "{}", mended.body);
    app.hub.run_pending().await;
    let page = ada.open(&order.url).await;
    assert!(page.body.contains("Everything is set up."), "{}", page.body);
    let sent = running.vendor.asked("Synchronize").pop().unwrap().body;
    assert_eq!(sent["SyncOptions"]["domain"], "other.example");
    assert!(ada.open(&url(&app, "/services")).await.body.contains("Example Cloud"));
    later(&app, 30).await;
}

#[testkit::both_databases]
async fn m06_an_order_is_cancelled_only_while_nothing_was_sent(app: TestApp) {
    let running = RunningVendor::usual().await;
    let vendor = connect(&app, "Example Cloud", &running.url()).await;
    let backup = product(&app, "Backup", &vendor).await;
    let mut ada = buyer(&app, ADA).await;
    let order = bought(&app, &mut ada, &backup, &vendor, "ada.example").await;
    assert!(order.body.contains("Cancel this order") && order.body.contains("data-poll"), "{}", order.body);
    let cancelled = ada.post(&format!("{}/cancel", order.url), &[]).await;
    assert!(cancelled.body.contains("This order was cancelled."), "{}", cancelled.body);
    app.hub.run_pending().await;
    assert_eq!(running.vendor.asked("Exists").len(), 0, "the vendor hears nothing of it");
    assert_eq!(shown(&app, &id_of(&order)).await["state"], "cancelled");

    let overview = checked_out(&app, &mut ada, &backup).await;
    assert!(overview.body.contains("<h1>Overview</h1>"), "the values are known: {}", overview.body);
    let second = placed(&app, &mut ada, &overview).await;
    app.hub.run_pending().await;
    let late = ada.post(&format!("{}/cancel", second.url), &[]).await;
    assert!(late.body.contains("cannot be cancelled"), "{}", late.body);
    assert_eq!(shown(&app, &id_of(&second)).await["state"], "active");
    assert_eq!(running.vendor.customers().len(), 1);
    later(&app, 30).await;
}

#[testkit::both_databases]
async fn m06_m14_an_order_whose_operation_staff_cancel_is_cancelled_and_has_not_failed(app: TestApp) {
    let running = RunningVendor::usual().await;
    let vendor = connect(&app, "Example Cloud", &running.url()).await;
    let backup = product(&app, "Backup", &vendor).await;
    let mut ada = buyer(&app, ADA).await;
    let order = bought(&app, &mut ada, &backup, &vendor, "ada.example").await;
    let id = id_of(&order);
    let line = shown(&app, &id).await["lines"][0].clone();
    let operation = line["operation_id"].as_str().unwrap().to_owned();
    assert_eq!(app.api.order(&format!("/operations/{operation}/cancel"), &app.api_key).await.status, 200);
    let cancelled = shown(&app, &id).await;
    assert_eq!((&cancelled["state"], &cancelled["lines"][0]["state"]), (&json!("cancelled"), &json!("cancelled")));
    let page = ada.open(&order.url).await;
    assert!(page.body.contains("We cancelled this order."), "{}", page.body);
    assert!(
        !page.body.contains("Contact your support department") && !page.body.contains("went wrong"),
        "{}",
        page.body
    );

    let mut agnes = Colleague::signed_in(&app).await;
    let failed = agnes.open("/operations?state=failed").await;
    assert!(!failed.body.contains(&operation), "it is no failure: {}", failed.body);
    let listed = agnes.open("/operations?state=cancelled").await;
    assert!(listed.body.contains(&operation), "{}", listed.body);
    agnes.open(&format!("/operations/{operation}")).await.says(&["This operation was cancelled."]);
    agnes.open(&format!("/orders/{id}")).await.says(&["Cancelled", "Try again"]);
    agnes.post(&format!("/orders/{id}/retry"), &[]).await.says(&["The order is being tried again."]);
    app.hub.run_pending().await;
    let active = shown(&app, &id).await;
    assert_eq!((&active["state"], running.vendor.customers().len()), (&json!("active"), 1), "{active}");
    later(&app, 30).await;
}

#[testkit::both_databases]
async fn m06_m11_service_details_are_mended_a_limited_number_of_times(app: TestApp) {
    let running = RunningVendor::usual().await;
    let vendor = connect(&app, "Example Cloud", &running.url()).await;
    let backup = product(&app, "Backup", &vendor).await;
    let mut ada = buyer(&app, ADA).await;
    running.vendor.script("Synchronize", (0..30).map(|_| refusal(-80_001, "This domain is taken.")));
    let order = bought(&app, &mut ada, &backup, &vendor, "ada.example").await;
    app.hub.run_pending().await;
    let (field, details) = (format!("d.{vendor}.domain"), format!("{}/details", order.url));
    let mut mended = 0;
    while ada.open(&order.url).await.body.contains("Change the Service Details") {
        let domain = format!("guess-{mended}.example");
        ada.post(&details, &[(&field, &domain)]).await;
        app.hub.run_pending().await;
        mended += 1;
        assert!(mended < 25, "somebody asks a vendor who its customers are");
    }
    assert_eq!(mended, 19);
    let page = ada.open(&order.url).await;
    for told in ["This domain is taken.", "Contact your support department"] {
        assert!(page.body.contains(told), "{told}: {}", page.body);
    }
    let late = ada.post(&details, &[(&field, "one-more.example")]).await;
    assert!(!late.body.contains("We are trying again."), "{}", late.body);
    let asked = running.vendor.asked("Synchronize").len();
    let mut agnes = Colleague::signed_in(&app).await;
    agnes.post(&format!("/orders/{}/retry", id_of(&order)), &[]).await.says(&["The order is being tried again."]);
    app.hub.run_pending().await;
    assert_eq!(running.vendor.asked("Synchronize").len(), asked + 1, "staff may");
    later(&app, 30).await;
}

#[testkit::both_databases]
async fn m06_an_order_shows_its_progress_without_and_with_a_script(app: TestApp) {
    let running = RunningVendor::usual().await;
    let vendor = connect(&app, "Example Cloud", &running.url()).await;
    let backup = product(&app, "Backup", &vendor).await;
    let mut ada = buyer(&app, ADA).await;
    let order = bought(&app, &mut ada, &backup, &vendor, "ada.example").await;
    assert!(order.body.contains("http-equiv=\"refresh\""), "{}", order.body);
    let poll = format!("{}/state?shown=placed", order.url);
    let json = |text: String| serde_json::from_str::<serde_json::Value>(&text).unwrap();
    let waiting = json(ada.open(&poll).await.body);
    assert_eq!((&waiting["reload"], &waiting["steps"][0]["state"]), (&json!(false), &json!("waiting")));
    app.hub.run_pending().await;
    let done = json(ada.open(&poll).await.body);
    assert_eq!((&done["reload"], &done["steps"][0]["note"]), (&json!(true), &json!("Active")));
    let page = ada.open(&order.url).await;
    assert!(!page.body.contains("data-poll=") && !page.body.contains("http-equiv=\"refresh\""), "{}", page.body);
    let listed = ada.open(&url(&app, "/orders")).await;
    assert!(listed.body.contains("1 × Backup") && listed.body.contains("Active"), "{}", listed.body);
    later(&app, 30).await;
}

#[testkit::both_databases]
async fn m03_m14_an_order_that_lacks_a_value_of_staff_waits_until_they_execute_it(app: TestApp) {
    let mut role = text_option("role", 2, true);
    role["Definition"]["AvailableToStorefront"] = json!(false);
    let running = RunningVendor::start(json!({ "Fields": [text_option("domain", 1, true), role] })).await;
    let vendor = connect(&app, "Example Cloud", &running.url()).await;
    let backup = product(&app, "Backup", &vendor).await;
    let mut ada = buyer(&app, ADA).await;
    let order = bought(&app, &mut ada, &backup, &vendor, "ada.example").await;
    let id = id_of(&order);
    app.hub.run_pending().await;
    let waiting = shown(&app, &id).await;
    assert_eq!((&waiting["state"], &waiting["waits_for_staff"]), (&json!("placed"), &json!(true)), "{waiting}");
    assert_eq!(running.vendor.asked("Exists").len(), 0);

    let mut agnes = Colleague::signed_in(&app).await;
    agnes.open(&format!("/orders/{id}")).await.says(&["Waits for staff", "Execute"]);
    agnes.post(&format!("/orders/{id}/execute"), &[]).await.says(&["role"]);
    let mut offered = json!({ "Fields": [text_option("domain", 1, true), text_option("role", 2, false)] });
    offered["Fields"][1]["Definition"]["AvailableToStorefront"] = json!(false);
    running.vendor.offer(offered);
    let saved = json!({ "name": "Example Cloud", "base_url": running.url(), "application_id": "app" });
    assert_eq!(put(&app, &format!("/service-managers/{vendor}"), &saved).await.status, 200);
    agnes.post(&format!("/orders/{id}/execute"), &[]).await.says(&["The order is being executed."]);
    app.hub.run_pending().await;
    assert_eq!(shown(&app, &id).await["state"], "active");
    agnes.post(&format!("/orders/{id}/execute"), &[]).await.says(&["othing of this order waits"]);
    later(&app, 30).await;
}

#[testkit::both_databases]
async fn m06_h04_an_order_stays_when_its_account_and_operation_are_long_over(app: TestApp) {
    let running = RunningVendor::usual().await;
    let vendor = connect(&app, "Example Cloud", &running.url()).await;
    let backup = product(&app, "Backup", &vendor).await;
    let mut ada = buyer(&app, ADA).await;
    let order = bought(&app, &mut ada, &backup, &vendor, "ada.example").await;
    app.hub.run_pending().await;
    let path = format!("/orders/{}", id_of(&order));
    let before = app.api.get(&path, &app.api_key).await.json();
    deleted(&app, before["account_id"].as_str().unwrap()).await;
    let later_on = app.hub.env.now() + jiff::SignedDuration::from_hours(24 * 500);
    app.store.technical().forget_expired(later_on, &Retention::default()).await.unwrap();
    let after = app.api.get(&path, &app.api_key).await;
    assert_eq!((after.status, &after.json()["lines"]), (200, &before["lines"]), "{}", after.body);
    let staff = app.api.delete(&format!("/service-managers/{vendor}"), &app.api_key, None).await;
    staff.problem(409, "sold_in_storefront");
}
