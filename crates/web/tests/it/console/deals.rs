//! Deals, tickets and the rest of what a customer has, on staff's pages and by their API (`A02`).

use reqwest::Method;
use serde_json::{Value, json};
use tessera_core::sync::jobs::SweepOf;
use tessera_core::sync::sweep::SweepMode;
use tessera_hub::SweepOrder;
use tessera_sim::faults::{Fault, FaultKind};
use testkit::portal::viewer;
use testkit::{ADA, Colleague, DAN, JO, TestApp};

use super::customer;
use crate::statements::rows;

const CONTACT: &str = "/crm/sales/api/contacts/5001";

async fn contact_of(app: &TestApp, requester: &str) -> Value {
    let id = app.customer_of(requester).await;
    app.api.get(&format!("/customers/{id}"), &app.api_key).await.json()["contact"].clone()
}

/// Adds an open deal to Ada's contact in the CRM.
async fn new_deal(app: &TestApp, name: &str) {
    let deal = json!({ "name": name, "amount": 1250, "contacts_added_list": [5001], "expected_close": "2026-09-30" });
    app.call_crm(Method::POST, "/deals", json!({ "deal": deal })).await;
}

async fn sweep_contacts(app: &TestApp) {
    let order = SweepOrder { what: SweepOf::Contacts, mode: SweepMode::Full, dry: false };
    app.hub.request_sweep(order, &JO).await.unwrap();
    app.hub.run_pending().await;
}

#[testkit::both_databases]
async fn a02_an_activation_stores_the_lifecycle_stage_and_the_deals(app: TestApp) {
    new_deal(&app, "Battery, second floor").await;
    app.activated(ADA).await;
    let contact = contact_of(&app, ADA.requester).await;
    assert_eq!((&contact["external_id"], &contact["standing"]), (&json!("5001"), &json!("customer")));
    assert_eq!((&contact["open_deals"], &contact["won_deals"]), (&json!(1), &json!(1)));
    let deals = contact["deals"].as_array().unwrap();
    assert_eq!(deals.len(), 2, "{contact}");
    let (open, won) = (&deals[0], &deals[1]);
    assert_eq!((&open["name"], &open["outcome"]), (&json!("Battery, second floor"), &json!("open")));
    assert_eq!((&open["amount"], &open["currency"]), (&json!("1250.00"), &json!("ZAR")));
    assert_eq!((&open["expected_close"], &open["closed_on"]), (&json!("2026-09-30"), &Value::Null));
    assert_eq!((&won["stage"], &won["outcome"]), (&json!("Won"), &json!("won")));
    assert!(won["closed_on"].is_string() && won["name"].as_str().unwrap().contains("HIB-A1"), "{won}");

    let ada = customer(&app, ADA.requester).await;
    let mut agnes = Colleague::signed_in(&app).await;
    let page = agnes.open(&format!("/customers/{ada}")).await;
    page.says(&[
        ">Customer<",
        "Battery, second floor",
        "30 Sep 2026",
        ">Won<",
        "https://crm.example.com/contacts/5001",
    ]);
    let url = format!("https://crm.example.com/deals/{}", open["id"].as_str().unwrap());
    page.says(&[&url]);
    assert_eq!(open["url"], json!(url));
}

#[testkit::both_databases]
async fn a02_a_contact_without_a_purchase_is_a_lead_and_a_purchase_makes_a_customer(app: TestApp) {
    app.activated(DAN).await;
    assert_eq!(contact_of(&app, DAN.requester).await["standing"], "lead");
    let mut agnes = Colleague::signed_in(&app).await;
    let dan = customer(&app, DAN.requester).await;
    agnes.open(&format!("/customers/{dan}")).await.says(&[">Lead<", "No deals."]);

    let stages = app.call_crm(Method::GET, "/selector/lifecycle_stages", Value::Null).await;
    let stages = stages["lifecycle_stages"].as_array().unwrap();
    let stage = stages.iter().find(|stage| stage["name"] == "Customer").unwrap();
    let change = json!({ "contact": { "lifecycle_stage_id": stage["id"] } });
    app.call_crm(Method::PUT, "/contacts/5004", change).await;
    agnes.post(&format!("/customers/{dan}/reread"), &[]).await;
    app.hub.run_pending().await;
    assert_eq!(contact_of(&app, DAN.requester).await["standing"], "customer");
}

#[testkit::both_databases]
async fn a02_a_sweep_reads_the_deals_of_a_changed_contact_in_full(app: TestApp) {
    app.activated(ADA).await;
    sweep_contacts(&app).await;
    app.crm.faults().forget_requests();
    sweep_contacts(&app).await;
    let single = |app: &TestApp| {
        let requests = app.crm.faults().requests();
        requests.iter().filter(|request| request.path.starts_with("/crm/sales/api/contacts/500")).count()
    };
    assert_eq!(single(&app), 0, "an unchanged contact is not read in full");

    new_deal(&app, "Battery, second floor").await;
    sweep_contacts(&app).await;
    assert_eq!(single(&app), 1, "only the changed contact of a customer");
    let contact = contact_of(&app, ADA.requester).await;
    assert_eq!((&contact["open_deals"], &contact["deals"][0]["name"]), (&json!(1), &json!("Battery, second floor")));
    assert_eq!(contact["standing"], "customer", "what a list leaves out is kept");
}

#[testkit::both_databases]
async fn a02_an_activation_does_not_wait_for_the_deals(app: TestApp) {
    let down = FaultKind::Status { status: 503, retry_after: None, body: None };
    let path = CONTACT.to_owned();
    app.crm.faults().add(Fault { path, method: None, kind: down, times: None, skip: 0, probability: None });
    app.activated(ADA).await;
    let contact = contact_of(&app, ADA.requester).await;
    assert_eq!((&contact["external_id"], &contact["deals"]), (&json!("5001"), &json!([])));
    app.crm.faults().clear();
    app.advance(std::time::Duration::from_mins(20));
    app.hub.run_pending().await;
    let ada = customer(&app, ADA.requester).await;
    Colleague::signed_in(&app).await.post(&format!("/customers/{ada}/reread"), &[]).await;
    app.hub.run_pending().await;
    assert_eq!(contact_of(&app, ADA.requester).await["deals"].as_array().unwrap().len(), 1);
}

#[testkit::both_databases]
async fn a02_deals_of_a_contact_without_a_customer_are_shown(app: TestApp) {
    let mut agnes = Colleague::signed_in(&app).await;
    let page = agnes.open("/records/freshsales/contact/5001").await;
    page.says(&[">Customer<", "Hybrid Inverter Bundle HIB-A1", "https://crm.example.com/contacts/5001"]);
}

#[testkit::both_databases]
async fn a02_phone_fax_and_web_site_of_a_contact_are_kept_and_shown(app: TestApp) {
    let custom = json!({ "cf_fax": "+27 11 555 0102", "cf_website": "https://ada.example.com" });
    let change = json!({ "contact": { "work_number": "+27 11 555 0101", "custom_field": custom } });
    app.call_crm(Method::PUT, "/contacts/5001", change).await;
    app.activated(ADA).await;
    let contact = contact_of(&app, ADA.requester).await;
    let fields = ["work_phone", "fax", "website"].map(|field| contact[field].as_str().unwrap());
    assert_eq!(fields, ["+27 11 555 0101", "+27 11 555 0102", "https://ada.example.com"]);
    let ada = customer(&app, ADA.requester).await;
    let mut agnes = Colleague::signed_in(&app).await;
    agnes.open(&format!("/customers/{ada}")).await.says(&fields);
}

#[testkit::both_databases]
async fn a02_tickets_of_a_requester_are_shown_before_the_activation(app: TestApp) {
    let ticket =
        json!({ "subject": "No sun", "description": "It is dark.", "requester_id": 1001, "status": 2, "priority": 1 });
    let made = app.call_desk(Method::POST, "/tickets", ticket).await["ticket"]["id"].to_string();
    let mut agnes = Colleague::signed_in(&app).await;
    agnes
        .open("/records/freshservice/requester/1001")
        .await
        .says(&["/console/records/freshservice/requester/1001/tickets"]);
    let page = agnes.open("/records/freshservice/requester/1001/tickets").await;
    page.says(&["Tickets of Ada Example", "No sun", &format!("https://desk.example.com/tickets/{made}")]);
    let listed = app.api.get("/requesters/1001/tickets", &app.api_key).await.json();
    assert_eq!((&listed["items"][0]["id"], &listed["items"][0]["status"]), (&json!(made), &json!("open")));
    let none = app.api.get("/requesters/1002/tickets", &app.api_key).await.json();
    assert_eq!(none["items"], json!([]), "tickets belong to their requester only");
    agnes.open("/records/freshservice/requester/1002/tickets").await.says(&["No tickets"]);

    let silent = FaultKind::Status { status: 503, retry_after: None, body: None };
    let path = "/api/v2/tickets*".to_owned();
    app.desk.faults().add(Fault { path, method: None, kind: silent, times: None, skip: 0, probability: None });
    let page = agnes.open("/records/freshservice/requester/1001/tickets").await;
    page.says(&["can’t be shown"]);
    page.lacks(&["No tickets"]);
    app.desk.faults().clear();
}

#[testkit::both_databases]
async fn a02_a_customers_page_shows_requests_returns_and_invoices(app: TestApp) {
    app.activated(ADA).await;
    let ada = customer(&app, ADA.requester).await;
    let mut agnes = Colleague::signed_in(&app).await;
    let page = format!("/customers/{ada}");
    agnes.open(&page).await.says(&["No requests.", "No returns.", "No invoices."]);

    let person = app.person_of(ADA.email).await;
    rows::requests(&app, &viewer(&app, person.id).await, 0..1).await;
    rows::returns(&app, &[ada]).await;
    rows::invoices(&app, &[ada]).await;
    let shown = agnes.open(&page).await;
    shown.says(&["Row 0", "https://desk.example.com/tickets/", "Battery module", rows::NUMBER]);
    shown.lacks(&["No requests.", "No returns.", "No invoices."]);
    shown.says(&["https://desk.example.com/requesters/1001", "/console/records/freshservice/requester/1001/tickets"]);
}
