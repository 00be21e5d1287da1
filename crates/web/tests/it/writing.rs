//! Writing devices to the service desk.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};
use tessera_sim::faults::{Cut, Fault, FaultKind};

use crate::console::{Colleague, Shown, desk};
use crate::contract::Answer;
use crate::house::House;
use crate::people::{ADA, BEN, EVE};

const STOCK: &str = "HIB-S1";

pub async fn id_of(house: &House, serial: &str) -> String {
    let found = house.api.get(&format!("/devices?serial={serial}"), &house.api_key).await.json();
    found["items"][0]["device"]["id"].as_str().unwrap_or_else(|| panic!("no device {serial}: {found}")).to_owned()
}

/// The hub knows every asset.
pub async fn swept(house: &House) {
    house.hub.request_sweeps().await.unwrap();
    house.hub.run_pending().await;
}

pub async fn put(house: &House, device: &str, body: Value, once: Option<&str>) -> Answer {
    let path = format!("/devices/{device}/holder");
    let send = |request: reqwest::RequestBuilder| {
        let request = request.bearer_auth(&house.api_key).json(&body);
        match once {
            Some(key) => request.header("idempotency-key", key),
            None => request,
        }
    };
    house.api.send(Method::PUT, &path, send).await
}

/// Asks for a device to change hands, and tells what came of it.
async fn handed(house: &House, device: &str, to: Option<&str>) -> Value {
    let asked = put(house, device, json!({ "requester_id": to }), None).await;
    assert_eq!(asked.status, 202, "{}", asked.body);
    outcome(house, &asked).await
}

pub async fn outcome(house: &House, asked: &Answer) -> Value {
    house.hub.run_pending().await;
    let location = asked.header("location").to_owned();
    house.api.get(location.strip_prefix("/api/v1").unwrap(), &house.api_key).await.json()
}

async fn seen_by(house: &House, email: &str) -> Vec<String> {
    let token = house.access_token(email).await;
    let devices = house.api.get("/me/devices", &token).await.json();
    let serial = |device: &Value| device["serial"].as_str().unwrap_or_default().to_owned();
    devices["devices"].as_array().unwrap().iter().map(serial).collect()
}

async fn events(house: &House, requester: &str) -> Vec<String> {
    let customer = house.customer_of(requester).await;
    let timeline = house.api.get(&format!("/customers/{customer}/timeline"), &house.api_key).await.json();
    let name = |entry: &Value| entry["event"].as_str().unwrap().to_owned();
    timeline["items"].as_array().unwrap().iter().map(name).collect()
}

pub fn new_device(serial: &str) -> Value {
    json!({
        "name": "PACE 5 kW",
        "fields": { "product": "PACE", "vendor": "Wetility", "asset_state": "In Stock", "serial_number": serial },
    })
}

pub async fn in_desk(house: &House, device: &str) -> Value {
    desk(house, Method::GET, &format!("/assets/{device}"), json!({})).await["asset"].clone()
}

fn fault(path: &str, method: &str, kind: FaultKind) -> Fault {
    Fault { path: path.to_owned(), method: Some(method.to_owned()), kind, times: Some(1), skip: 0, probability: None }
}

pub async fn a08_a06_a07_a_device_is_created_in_stock_or_for_somebody(house: House) {
    let (api, key) = (&house.api, &house.api_key);
    house.activated(EVE).await;
    let form = api.get("/device-form", key).await.json();
    let field = |name: &str| {
        let fields = form["fields"].as_array().unwrap();
        fields.iter().find(|field| field["key"] == name).unwrap_or_else(|| panic!("no {name}: {form}")).clone()
    };
    assert_eq!((&field("product")["required"], &field("serial_number")["required"]), (&json!(true), &json!(true)));
    assert!(field("product")["choices"].as_array().unwrap().contains(&json!("PACE")), "{form}");

    let asked = api.post("/devices", key, new_device("NEW-1")).await;
    assert_eq!((asked.status, &asked.json()["state"]), (202, &json!("waiting")));
    let done = outcome(&house, &asked).await;
    assert_eq!(done["state"], "done", "{done}");
    let made = in_desk(&house, done["device_id"].as_str().unwrap()).await;
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
    let done = outcome(&house, &api.post("/devices", key, order).await).await;
    assert_eq!(done["state"], "done", "{done}");
    assert_eq!(seen_by(&house, EVE.email).await, ["NEW-2"]);
    let told = events(&house, EVE.requester).await;
    assert_eq!(told[..2], ["device_assigned", "asset_write_asked"]);
}

pub async fn a09_a22_a_device_is_assigned_moved_and_taken_back(house: House) {
    house.activated(ADA).await;
    house.activated(EVE).await;
    swept(&house).await;
    let device = id_of(&house, STOCK).await;

    assert_eq!(handed(&house, &device, Some(ADA.requester)).await["state"], "done");
    assert_eq!(seen_by(&house, ADA.email).await, ["HIB-A1", STOCK]);

    assert_eq!(handed(&house, &device, Some(EVE.requester)).await["state"], "done");
    assert_eq!(seen_by(&house, ADA.email).await, ["HIB-A1"], "the old owner sees it no longer");
    assert_eq!(seen_by(&house, EVE.email).await, [STOCK]);
    assert_eq!(events(&house, ADA.requester).await[..2], ["device_unassigned", "asset_write_asked"]);
    assert_eq!(events(&house, EVE.requester).await[..2], ["device_assigned", "asset_write_asked"]);

    assert_eq!(handed(&house, &device, None).await["state"], "done");
    assert!(seen_by(&house, EVE.email).await.is_empty());
    assert_eq!(in_desk(&house, &device).await["user_id"], Value::Null);
    assert_eq!(handed(&house, &device, None).await["state"], "done", "what is so already is done at once");
}

pub async fn a08_h04_a_lost_answer_makes_no_second_asset(house: House) {
    let (api, key) = (&house.api, &house.api_key);
    house.desk.faults().add(fault("/api/v2/assets", "POST", FaultKind::Disconnect));
    let asked = api.post("/devices", key, new_device("LOST-1")).await;
    assert_eq!(outcome(&house, &asked).await["state"], "waiting", "nobody knows yet");
    let id = asked.json()["id"].as_str().unwrap().to_owned();
    api.delete(&format!("/device-writes/{id}"), key, None).await.problem(409, "write_sent");

    for _ in 0..12 {
        house.advance(Duration::from_mins(1));
        house.hub.run_pending().await;
    }
    let done = outcome(&house, &asked).await;
    assert_eq!(done["state"], "done", "{done}");
    let posts = house.desk.faults().requests();
    let posts = posts.iter().filter(|seen| seen.method == "POST" && seen.path == "/api/v2/assets").count();
    assert_eq!(posts, 1, "asked once, found by its serial number afterwards");
    assert_eq!(id_of(&house, "LOST-1").await, done["device_id"]);

    house.desk.faults().add(fault("/api/v2/assets/*", "PUT", FaultKind::Disconnect));
    let device = done["device_id"].as_str().unwrap().to_owned();
    let asked = put(&house, &device, json!({ "requester_id": EVE.requester }), None).await;
    outcome(&house, &asked).await;
    house.advance(Duration::from_mins(2));
    assert_eq!(outcome(&house, &asked).await["state"], "done", "giving it again to who has it is the same");
}

pub async fn a08_h04_an_unreadable_answer_makes_no_second_asset(house: House) {
    let (api, key) = (&house.api, &house.api_key);
    let cut = FaultKind::Truncate { cut: Cut::Body, keep: Some(3) };
    house.desk.faults().add(fault("/api/v2/assets", "POST", cut.clone()));
    let asked = api.post("/devices", key, new_device("CUT-1")).await;
    assert_eq!(outcome(&house, &asked).await["state"], "waiting", "it may be made");
    house.advance(Duration::from_mins(6));
    assert_eq!(outcome(&house, &asked).await["state"], "done");
    let posts = house.desk.faults().requests();
    assert_eq!(posts.iter().filter(|seen| seen.method == "POST" && seen.path == "/api/v2/assets").count(), 1);

    house.activated(ADA).await;
    let device = id_of(&house, "HIB-A1").await;
    house.desk.faults().add(Fault { skip: 2, ..fault(&format!("/api/v2/assets/{device}"), "GET", cut) });
    let done = handed(&house, &device, None).await;
    assert_eq!(done["state"], "done", "what was written stays written: {done}");
    house.hub.run_pending().await;
    assert!(seen_by(&house, ADA.email).await.is_empty(), "and is read as soon as it can be");
}

pub async fn a09_whoever_moved_it_first_in_the_service_desk_is_right(house: House) {
    house.activated(ADA).await;
    swept(&house).await;
    let device = id_of(&house, "HIB-A1").await;
    let asked =
        put(&house, &device, json!({ "requester_id": EVE.requester, "expected_requester_id": ADA.requester }), None)
            .await;
    desk(&house, Method::PUT, &format!("/assets/{device}"), json!({ "user_id": 1002 })).await;
    let ended = outcome(&house, &asked).await;
    assert_eq!(ended["state"], "superseded", "{ended}");
    assert!(ended["detail"].as_str().unwrap().contains("requester 1002"), "{ended}");
    assert_eq!(in_desk(&house, &device).await["user_id"], 1002);
    assert!(seen_by(&house, ADA.email).await.is_empty(), "what was found is known at once");
    assert_eq!(events(&house, ADA.requester).await[0], "asset_write_not_done");

    let late = json!({ "requester_id": EVE.requester, "expected_requester_id": ADA.requester });
    let detail = put(&house, &device, late, None).await.problem(409, "holder_changed");
    assert!(detail.contains("requester 1002"), "{detail}");
}

pub async fn a08_a09_what_cannot_be_written_is_named(house: House) {
    let (api, key) = (&house.api, &house.api_key);
    swept(&house).await;
    let wrong = json!({ "name": " ", "fields": { "product": "Toaster", "colour": "red" } });
    let detail = api.post("/devices", key, wrong).await.problem(422, "invalid_device");
    for part in ["name:", "product: Product is not `Toaster`: one of ", "colour:", "serial_number:"] {
        assert!(detail.contains(part), "{part} is missing in {detail}");
    }
    let detail = api.post("/devices", key, new_device("hib s1")).await.problem(409, "serial_exists");
    assert!(detail.contains(&id_of(&house, STOCK).await), "{detail}");

    let stock = id_of(&house, STOCK).await;
    put(&house, "999999", json!({ "requester_id": null }), None).await.problem(404, "not_found");
    put(&house, "..", json!({ "requester_id": null }), None).await.problem(404, "not_found");
    put(&house, &stock, json!({ "requester_id": "999999" }), None).await.problem(404, "not_found");
    put(&house, &stock, json!({}), None).await.problem(422, "invalid_body");
    let url = format!("{}/requesters/1005", house.hub.desk.address().as_str().trim_end_matches('/'));
    let gone = crate::house::client().delete(url).basic_auth(house.desk.api_key(), Some("X")).send().await.unwrap();
    assert_eq!(gone.status(), 204);
    put(&house, &stock, json!({ "requester_id": EVE.requester }), None).await.problem(409, "requester_inactive");

    let order = json!({ "requester_id": ADA.requester });
    let first = put(&house, &stock, order.clone(), Some("one")).await;
    assert_eq!(put(&house, &stock, order.clone(), Some("one")).await.json()["id"], first.json()["id"]);
    put(&house, &stock, json!({ "requester_id": BEN.requester }), Some("one"))
        .await
        .problem(422, "idempotency_key_reused");
    put(&house, &stock, order, None).await.problem(409, "write_pending");

    let body = json!({ "description": "Validation failed", "errors": [{ "field": "user_id", "message": "No licence left", "code": "invalid_value" }] });
    let refused = FaultKind::Status { status: 400, retry_after: None, body: Some(body) };
    house.desk.faults().add(fault("/api/v2/assets/*", "PUT", refused));
    let ended = outcome(&house, &first).await;
    assert_eq!(ended["state"], "failed");
    assert!(ended["detail"].as_str().unwrap().contains("user_id: No licence left"), "{ended}");
    let id = ended["id"].as_str().unwrap();
    api.delete(&format!("/device-writes/{id}"), key, None).await.problem(409, "write_ended");
}

pub async fn h04_a_write_waits_for_the_service_desk_and_can_be_cancelled(house: House) {
    let (api, key) = (&house.api, &house.api_key);
    swept(&house).await;
    let (stock, taken) = (id_of(&house, STOCK).await, id_of(&house, "HIB-B1").await);
    let down = FaultKind::Status { status: 503, retry_after: None, body: None };
    house.desk.faults().add(Fault { times: None, ..fault("/api/v2/assets/*", "PUT", down.clone()) });
    house.desk.faults().add(Fault { times: None, ..fault("/api/v2/assets", "POST", down) });

    let waits = put(&house, &stock, json!({ "requester_id": ADA.requester }), None).await;
    let cancelled = put(&house, &taken, json!({ "requester_id": null }), None).await;
    let id = cancelled.json()["id"].as_str().unwrap().to_owned();
    assert_eq!(api.delete(&format!("/device-writes/{id}"), key, None).await.json()["state"], "cancelled");
    assert_eq!(outcome(&house, &waits).await["state"], "waiting");
    house.desk.faults().clear();
    house.advance(Duration::from_mins(5));
    assert_eq!(outcome(&house, &waits).await["state"], "done");
    assert_eq!(in_desk(&house, &stock).await["user_id"], 1001);
    assert_eq!(in_desk(&house, &taken).await["user_id"], 1002, "what was cancelled is not done");
}

pub async fn a08_a09_staff_make_assign_and_move_a_device(house: House) {
    house.activated(ADA).await;
    swept(&house).await;
    let mut agnes = Colleague::signed_in(&house).await;
    let customer = format!("/customers/{}", house.customer_of(ADA.requester).await);
    agnes.open(&customer).await.says(&["Assign a device from stock"]);

    let asked = agnes.post(&format!("{customer}/assign"), &[("device", "hib s1")]).await;
    assert!(asked.path.starts_with("/console/device-writes/"), "{}", asked.body);
    asked.says(&["Waiting for the service desk"]);
    house.hub.run_pending().await;
    assert!(agnes.open(beneath(&asked)).await.body.contains("Done."));
    assert_eq!(seen_by(&house, ADA.email).await, ["HIB-A1", STOCK]);

    let device = format!("/devices/{}", id_of(&house, STOCK).await);
    let page = agnes.open(&device).await;
    assert!(page.body.contains("Ada Example") && page.body.contains("Take it back into stock"), "{}", page.body);
    let refused = agnes.post(&format!("{device}/hand"), &[("to", "nobody@example.com"), ("expected", "1001")]).await;
    assert!(refused.body.contains("No requester known here has the address nobody@example.com"), "{}", refused.body);
    let moved = agnes.post(&format!("{device}/hand"), &[("to", EVE.email), ("expected", "1001")]).await;
    house.hub.run_pending().await;
    assert!(agnes.open(beneath(&moved)).await.body.contains("Done."));
    let page = agnes.open(&device).await;
    assert!(page.body.contains("Eve Example") && page.body.contains("not activated: nobody sees it yet"));

    let form = agnes.open("/devices/new?for=1001").await;
    assert!(form.body.contains("Serial Number") && form.body.contains(r#"value="1001""#), "{}", form.body);
    let typed = [("name", "PACE 8 kW"), ("for", "1001"), ("field.product", ""), ("field.serial_number", "NEW-7")];
    let refused = agnes.post("/devices", &typed).await;
    assert!(refused.body.contains("It was not made") && refused.body.contains(r#"value="NEW-7""#), "{}", refused.body);
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
    house.hub.run_pending().await;
    assert_eq!(seen_by(&house, ADA.email).await, ["HIB-A1", "NEW-7"]);
}

/// Where a page is, below `/console`.
fn beneath(shown: &Shown) -> &str {
    shown.path.strip_prefix("/console").unwrap()
}
