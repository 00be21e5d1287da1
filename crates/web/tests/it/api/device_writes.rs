//! Device writes to the service desk.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};
use tessera_sim::faults::{Cut, Fault, FaultKind};
use testkit::{ADA, Answer, BEN, Colleague, EVE, Shown, TestApp};

const STOCK: &str = "HIB-S1";

pub async fn id_of(app: &TestApp, serial: &str) -> String {
    let found = app.api.get(&format!("/devices?serial={serial}"), &app.api_key).await.json();
    found["items"][0]["device"]["id"].as_str().unwrap_or_else(|| panic!("no device {serial}: {found}")).to_owned()
}

/// Runs a full sweep, so that the hub knows every asset.
pub async fn swept(app: &TestApp) {
    app.hub.request_sweeps().await.unwrap();
    app.hub.run_pending().await;
}

pub async fn put(app: &TestApp, device: &str, body: Value, once: Option<&str>) -> Answer {
    let path = format!("/devices/{device}/holder");
    let send = |request: reqwest::RequestBuilder| {
        let request = request.bearer_auth(&app.api_key).json(&body);
        match once {
            Some(key) => request.header("idempotency-key", key),
            None => request,
        }
    };
    app.api.send(Method::PUT, &path, send).await
}

/// Assigns a device and returns the outcome.
async fn handed(app: &TestApp, device: &str, to: Option<&str>) -> Value {
    let asked = put(app, device, json!({ "requester_id": to }), None).await;
    assert_eq!(asked.status, 202, "{}", asked.body);
    outcome(app, &asked).await
}

pub async fn outcome(app: &TestApp, asked: &Answer) -> Value {
    app.hub.run_pending().await;
    let location = asked.header("location").to_owned();
    app.api.get(location.strip_prefix("/api/v1").unwrap(), &app.api_key).await.json()
}

async fn seen_by(app: &TestApp, email: &str) -> Vec<String> {
    let token = app.access_token(email).await;
    let devices = app.api.get("/me/devices", &token).await.json();
    let serial = |device: &Value| device["serial"].as_str().unwrap_or_default().to_owned();
    devices["devices"].as_array().unwrap().iter().map(serial).collect()
}

async fn events(app: &TestApp, requester: &str) -> Vec<String> {
    let customer = app.customer_of(requester).await;
    let timeline = app.api.get(&format!("/customers/{customer}/timeline"), &app.api_key).await.json();
    let name = |entry: &Value| entry["event"].as_str().unwrap().to_owned();
    timeline["items"].as_array().unwrap().iter().map(name).collect()
}

pub fn new_device(serial: &str) -> Value {
    json!({
        "name": "PACE 5 kW",
        "fields": { "product": "PACE", "vendor": "Wetility", "asset_state": "In Stock", "serial_number": serial },
    })
}

pub async fn in_desk(app: &TestApp, device: &str) -> Value {
    app.call_desk(Method::GET, &format!("/assets/{device}"), json!({})).await["asset"].clone()
}

fn fault(path: &str, method: &str, kind: FaultKind) -> Fault {
    Fault { path: path.to_owned(), method: Some(method.to_owned()), kind, times: Some(1), skip: 0, probability: None }
}

#[testkit::both_databases]
async fn a08_a06_a07_a_device_is_created_in_stock_or_with_a_holder(app: TestApp) {
    let (api, key) = (&app.api, &app.api_key);
    app.activated(EVE).await;
    let form = api.get("/device-form", key).await.json();
    let field = |name: &str| {
        let fields = form["fields"].as_array().unwrap();
        fields.iter().find(|field| field["key"] == name).unwrap_or_else(|| panic!("no {name}: {form}")).clone()
    };
    assert_eq!((&field("product")["required"], &field("serial_number")["required"]), (&json!(true), &json!(true)));
    assert!(field("product")["choices"].as_array().unwrap().contains(&json!("PACE")), "{form}");

    let asked = api.post("/devices", key, new_device("NEW-1")).await;
    assert_eq!((asked.status, &asked.json()["state"]), (202, &json!("waiting")));
    let done = outcome(&app, &asked).await;
    assert_eq!(done["state"], "done", "{done}");
    let made = in_desk(&app, done["device_id"].as_str().unwrap()).await;
    assert_eq!(made["user_id"], Value::Null);
    let found = api.get("/devices?serial=new1", key).await.json();
    let device = &found["items"][0]["device"];
    assert_eq!(
        (&device["serial"], &device["inverter_serial"]),
        (&json!("NEW-1"), &json!("NEW-1")),
        "stored twice (A06)"
    );
    assert_eq!((&device["product"], &device["vendor"]), (&json!("PACE"), &json!("Wetility")));

    let mut order = new_device("NEW-2");
    order["requester_id"] = json!(EVE.requester);
    let done = outcome(&app, &api.post("/devices", key, order).await).await;
    assert_eq!(done["state"], "done", "{done}");
    assert_eq!(seen_by(&app, EVE.email).await, ["NEW-2"]);
    let told = events(&app, EVE.requester).await;
    assert_eq!(told[..2], ["device_assigned", "device_write_requested"]);
}

#[testkit::both_databases]
async fn a09_a22_a_device_is_assigned_moved_and_unassigned(app: TestApp) {
    app.activated(ADA).await;
    app.activated(EVE).await;
    swept(&app).await;
    let device = id_of(&app, STOCK).await;

    assert_eq!(handed(&app, &device, Some(ADA.requester)).await["state"], "done");
    assert_eq!(seen_by(&app, ADA.email).await, ["HIB-A1", STOCK]);

    assert_eq!(handed(&app, &device, Some(EVE.requester)).await["state"], "done");
    assert_eq!(seen_by(&app, ADA.email).await, ["HIB-A1"], "the old owner sees it no longer");
    assert_eq!(seen_by(&app, EVE.email).await, [STOCK]);
    assert_eq!(events(&app, ADA.requester).await[..2], ["device_unassigned", "device_write_requested"]);
    assert_eq!(events(&app, EVE.requester).await[..2], ["device_assigned", "device_write_requested"]);

    assert_eq!(handed(&app, &device, None).await["state"], "done");
    assert!(seen_by(&app, EVE.email).await.is_empty());
    assert_eq!(in_desk(&app, &device).await["user_id"], Value::Null);
    assert_eq!(handed(&app, &device, None).await["state"], "done", "what is so already is done at once");
}

#[testkit::both_databases]
async fn a08_h04_a_lost_answer_creates_no_second_asset(app: TestApp) {
    let (api, key) = (&app.api, &app.api_key);
    app.desk.faults().add(fault("/api/v2/assets", "POST", FaultKind::Disconnect));
    let asked = api.post("/devices", key, new_device("LOST-1")).await;
    assert_eq!(outcome(&app, &asked).await["state"], "waiting", "nobody knows yet");
    let id = asked.json()["id"].as_str().unwrap().to_owned();
    api.delete(&format!("/device-writes/{id}"), key, None).await.problem(409, "write_sent");

    for _ in 0..12 {
        app.advance(Duration::from_mins(1));
        app.hub.run_pending().await;
    }
    let done = outcome(&app, &asked).await;
    assert_eq!(done["state"], "done", "{done}");
    let posts = app.desk.faults().requests();
    let posts = posts.iter().filter(|seen| seen.method == "POST" && seen.path == "/api/v2/assets").count();
    assert_eq!(posts, 1, "asked once, found by its serial number afterwards");
    assert_eq!(id_of(&app, "LOST-1").await, done["device_id"]);

    app.desk.faults().add(fault("/api/v2/assets/*", "PUT", FaultKind::Disconnect));
    let device = done["device_id"].as_str().unwrap().to_owned();
    let asked = put(&app, &device, json!({ "requester_id": EVE.requester }), None).await;
    outcome(&app, &asked).await;
    app.advance(Duration::from_mins(2));
    assert_eq!(outcome(&app, &asked).await["state"], "done", "giving it again to who has it is the same");
}

#[testkit::both_databases]
async fn a08_h04_an_unreadable_answer_creates_no_second_asset(app: TestApp) {
    let (api, key) = (&app.api, &app.api_key);
    let cut = FaultKind::Truncate { cut: Cut::Body, keep: Some(3) };
    app.desk.faults().add(fault("/api/v2/assets", "POST", cut.clone()));
    let asked = api.post("/devices", key, new_device("CUT-1")).await;
    assert_eq!(outcome(&app, &asked).await["state"], "waiting", "it may be made");
    app.advance(Duration::from_mins(6));
    assert_eq!(outcome(&app, &asked).await["state"], "done");
    let posts = app.desk.faults().requests();
    assert_eq!(posts.iter().filter(|seen| seen.method == "POST" && seen.path == "/api/v2/assets").count(), 1);

    app.activated(ADA).await;
    let device = id_of(&app, "HIB-A1").await;
    app.desk.faults().add(Fault { skip: 2, ..fault(&format!("/api/v2/assets/{device}"), "GET", cut) });
    let done = handed(&app, &device, None).await;
    assert_eq!(done["state"], "done", "what was written stays written: {done}");
    app.hub.run_pending().await;
    assert!(seen_by(&app, ADA.email).await.is_empty(), "and is read as soon as it can be");
}

#[testkit::both_databases]
async fn a09_a_concurrent_change_in_the_service_desk_wins(app: TestApp) {
    app.activated(ADA).await;
    swept(&app).await;
    let device = id_of(&app, "HIB-A1").await;
    let asked =
        put(&app, &device, json!({ "requester_id": EVE.requester, "expected_requester_id": ADA.requester }), None)
            .await;
    app.call_desk(Method::PUT, &format!("/assets/{device}"), json!({ "user_id": 1002 })).await;
    let ended = outcome(&app, &asked).await;
    assert_eq!(ended["state"], "superseded", "{ended}");
    assert!(ended["detail"].as_str().unwrap().contains("requester 1002"), "{ended}");
    assert_eq!(in_desk(&app, &device).await["user_id"], 1002);
    assert!(seen_by(&app, ADA.email).await.is_empty(), "what was found is known at once");
    assert_eq!(events(&app, ADA.requester).await[0], "device_write_failed");

    let late = json!({ "requester_id": EVE.requester, "expected_requester_id": ADA.requester });
    let detail = put(&app, &device, late, None).await.problem(409, "holder_changed");
    assert!(detail.contains("requester 1002"), "{detail}");
}

#[testkit::both_databases]
async fn a08_a09_invalid_device_writes_are_rejected_with_a_reason(app: TestApp) {
    let (api, key) = (&app.api, &app.api_key);
    swept(&app).await;
    let wrong = json!({ "name": " ", "fields": { "product": "Toaster", "colour": "red" } });
    let detail = api.post("/devices", key, wrong).await.problem(422, "invalid_device");
    for part in ["name:", "product: Product is not `Toaster`: one of ", "colour:", "serial_number:"] {
        assert!(detail.contains(part), "{part} is missing in {detail}");
    }
    let detail = api.post("/devices", key, new_device("hib s1")).await.problem(409, "serial_exists");
    assert!(detail.contains(&id_of(&app, STOCK).await), "{detail}");

    let stock = id_of(&app, STOCK).await;
    put(&app, "999999", json!({ "requester_id": null }), None).await.problem(404, "not_found");
    put(&app, "..", json!({ "requester_id": null }), None).await.problem(404, "not_found");
    put(&app, &stock, json!({ "requester_id": "999999" }), None).await.problem(404, "not_found");
    // What is no number of the service desk is not asked for.
    app.desk.faults().forget_requests();
    for id in ["o", "0", "01001", "-1", "1.0", "1e3", "99999999999999999999", "%6f", "1%2f2"] {
        let order = json!({ "requester_id": ADA.requester, "expected_requester_id": null });
        put(&app, id, order, None).await.problem(404, "not_found");
    }
    let asked = app.desk.faults().requests();
    assert!(asked.iter().all(|request| !request.path.contains("/assets")), "{asked:?}");
    for id in ["o", "01001"] {
        put(&app, &stock, json!({ "requester_id": id }), None).await.problem(404, "not_found");
    }
    put(&app, &stock, json!({}), None).await.problem(422, "invalid_body");
    let url = format!("{}/requesters/1005", app.hub.desk.address().as_str().trim_end_matches('/'));
    let gone = testkit::client().delete(url).basic_auth(app.desk.api_key(), Some("X")).send().await.unwrap();
    assert_eq!(gone.status(), 204);
    put(&app, &stock, json!({ "requester_id": EVE.requester }), None).await.problem(409, "requester_inactive");

    let order = json!({ "requester_id": ADA.requester });
    let first = put(&app, &stock, order.clone(), Some("one")).await;
    assert_eq!(put(&app, &stock, order.clone(), Some("one")).await.json()["id"], first.json()["id"]);
    put(&app, &stock, json!({ "requester_id": BEN.requester }), Some("one"))
        .await
        .problem(422, "idempotency_key_reused");
    put(&app, &stock, order, None).await.problem(409, "write_pending");

    let body = json!({ "description": "Validation failed", "errors": [{ "field": "user_id", "message": "No licence left", "code": "invalid_value" }] });
    let refused = FaultKind::Status { status: 400, retry_after: None, body: Some(body) };
    app.desk.faults().add(fault("/api/v2/assets/*", "PUT", refused));
    let ended = outcome(&app, &first).await;
    assert_eq!(ended["state"], "failed");
    assert!(ended["detail"].as_str().unwrap().contains("user_id: No licence left"), "{ended}");
    let id = ended["id"].as_str().unwrap();
    api.delete(&format!("/device-writes/{id}"), key, None).await.problem(409, "write_ended");
}

#[testkit::both_databases]
async fn h04_a_device_write_waits_for_the_service_desk_and_can_be_cancelled(app: TestApp) {
    let (api, key) = (&app.api, &app.api_key);
    swept(&app).await;
    let (stock, taken) = (id_of(&app, STOCK).await, id_of(&app, "HIB-B1").await);
    let down = FaultKind::Status { status: 503, retry_after: None, body: None };
    app.desk.faults().add(Fault { times: None, ..fault("/api/v2/assets/*", "PUT", down.clone()) });
    app.desk.faults().add(Fault { times: None, ..fault("/api/v2/assets", "POST", down) });

    let waits = put(&app, &stock, json!({ "requester_id": ADA.requester }), None).await;
    let cancelled = put(&app, &taken, json!({ "requester_id": null }), None).await;
    let id = cancelled.json()["id"].as_str().unwrap().to_owned();
    assert_eq!(api.delete(&format!("/device-writes/{id}"), key, None).await.json()["state"], "cancelled");
    assert_eq!(outcome(&app, &waits).await["state"], "waiting");
    app.desk.faults().clear();
    app.advance(Duration::from_mins(5));
    assert_eq!(outcome(&app, &waits).await["state"], "done");
    assert_eq!(in_desk(&app, &stock).await["user_id"], 1001);
    assert_eq!(in_desk(&app, &taken).await["user_id"], 1002, "what was cancelled is not done");
}

#[testkit::both_databases]
async fn h04_a_write_is_accepted_while_the_service_desk_answers_rubbish(app: TestApp) {
    app.activated(ADA).await;
    swept(&app).await;
    let stock = id_of(&app, STOCK).await;
    let page = FaultKind::Status { status: 302, retry_after: None, body: None };
    let rubbish = FaultKind::Truncate { cut: Cut::Body, keep: Some(3) };
    for (to, kind) in [(json!(ADA.requester), page), (json!(null), rubbish)] {
        app.desk.faults().add(Fault { path: "/api/v2/*".to_owned(), method: None, times: None, ..fault("", "", kind) });
        let asked = put(&app, &stock, json!({ "requester_id": to }), None).await;
        assert_eq!((asked.status, &asked.json()["state"]), (202, &json!("waiting")), "{}", asked.body);
        assert_eq!(outcome(&app, &asked).await["state"], "waiting");
        app.desk.faults().clear();
        app.advance(Duration::from_mins(15));
        assert_eq!(outcome(&app, &asked).await["state"], "done");
    }
}

#[testkit::both_databases]
async fn a08_h04_what_staff_typed_stays_while_the_form_cannot_be_read(app: TestApp) {
    let mut agnes = Colleague::signed_in(&app).await;
    let down = FaultKind::Status { status: 503, retry_after: None, body: None };
    app.desk.faults().add(Fault { path: "/api/v2/*".to_owned(), method: None, times: None, ..fault("", "", down) });
    let typed = [("name", "PACE of the roof"), ("field.serial_number", "NEW-77"), ("for", "")];
    let page = agnes.post("/devices", &typed).await;
    assert_eq!(page.status, 422, "{}", page.body);
    page.says(&["PACE of the roof", "NEW-77", "is not available"]);
}

#[testkit::both_databases]
async fn a08_a09_staff_create_assign_and_move_a_device(app: TestApp) {
    app.activated(ADA).await;
    swept(&app).await;
    let mut agnes = Colleague::signed_in(&app).await;
    let customer = format!("/customers/{}", app.customer_of(ADA.requester).await);
    agnes.open(&customer).await.says(&["Assign a device from stock"]);

    let asked = agnes.post(&format!("{customer}/assign"), &[("device", "hib s1")]).await;
    assert!(asked.path.starts_with("/console/device-writes/"), "{}", asked.body);
    asked.says(&["Waiting for the service desk"]);
    app.hub.run_pending().await;
    assert!(agnes.open(beneath(&asked)).await.body.contains("Done."));
    assert_eq!(seen_by(&app, ADA.email).await, ["HIB-A1", STOCK]);

    let device = format!("/devices/{}", id_of(&app, STOCK).await);
    let page = agnes.open(&device).await;
    assert!(page.body.contains("Ada Example") && page.body.contains("Take it back into stock"), "{}", page.body);
    let refused = agnes.post(&format!("{device}/hand"), &[("to", "nobody@example.com"), ("expected", "1001")]).await;
    assert!(refused.body.contains("No requester known here has the address nobody@example.com"), "{}", refused.body);
    let moved = agnes.post(&format!("{device}/hand"), &[("to", EVE.email), ("expected", "1001")]).await;
    app.hub.run_pending().await;
    assert!(agnes.open(beneath(&moved)).await.body.contains("Done."));
    let page = agnes.open(&device).await;
    assert!(page.body.contains("Eve Example") && page.body.contains("not activated, so no customer sees it yet"));

    let form = agnes.open("/devices/new?for=1001").await;
    assert!(form.body.contains("Serial Number") && form.body.contains(r#"value="1001""#), "{}", form.body);
    let typed = [("name", "PACE 8 kW"), ("for", "1001"), ("field.product", ""), ("field.serial_number", "NEW-7")];
    let refused = agnes.post("/devices", &typed).await;
    assert!(
        refused.body.contains("It was not created") && refused.body.contains(r#"value="NEW-7""#),
        "{}",
        refused.body
    );
    let typed = [
        ("name", "PACE 8 kW"),
        ("for", "1001"),
        ("field.product", "PACE"),
        ("field.vendor", "Wetility"),
        ("field.asset_state", "In Use"),
        ("field.serial_number", "NEW-7"),
    ];
    let asked = agnes.post("/devices", &typed).await;
    assert!(asked.path.starts_with("/console/device-writes/"), "{}", asked.body);
    app.hub.run_pending().await;
    assert_eq!(seen_by(&app, ADA.email).await, ["HIB-A1", "NEW-7"]);
}

/// Path of the page, relative to `/console`.
fn beneath(shown: &Shown) -> &str {
    shown.path.strip_prefix("/console").unwrap()
}
