//! Work orders in the console and in the API.

use serde_json::json;
use testkit::portal::PortalUser;
use testkit::{ADA, Colleague, EVE, TestApp};

use super::{Technician, made, posted, visit};

#[testkit::both_databases]
async fn p16_the_office_makes_assigns_schedules_and_cancels_work(app: TestApp) {
    let ada = PortalUser::activated(&app, ADA).await;
    Technician::signed_in(&app, "sam.tech").await;
    let mut agnes = Colleague::signed_in(&app).await;
    agnes.open("/work-orders").await.says(&["No work order here", "Make a work order"]);
    agnes.open("").await.lacks(&["Work orders to assign"]);
    agnes.open("/work-orders/new?q=ada").await.says(&["Which customer?", "Ada Example"]);
    let customer = ada.customer.to_string();
    let form = agnes.open(&format!("/work-orders/new?customer={customer}")).await;
    form.says(&["Ada Example", "Installation", "HIB-A1", "sam.tech Example", "UTC"]);
    let wrong = [("customer", customer.as_str()), ("kind", "nothing"), ("subject", "Kept")];
    let wrong = agnes.post("/work-orders", &wrong).await;
    assert_eq!(wrong.status.as_u16(), 422);
    wrong.says(&["The work order was not created", "Choose a kind of work", "Kept"]);
    let made = [
        ("customer", customer.as_str()),
        ("kind", "visit"),
        ("subject", "Look at the garage"),
        ("from", "2031-03-03T09:00"),
        ("to", "2031-03-03T10:00"),
    ];
    let order = agnes.post("/work-orders", &made).await;
    order.says(&["is made.", "Look at the garage", "Mon 3 Mar 2031, 09:00–10:00", "Assign it first."]);
    let path = order.path.strip_prefix("/console").unwrap().to_owned();
    agnes.open("/work-orders?show=to_assign").await.says(&["Look at the garage", "Nobody"]);
    agnes.open("").await.says(&["Work orders to assign"]);
    agnes.post(&path, &[("act", "assign"), ("assignee", "sam.tech")]).await.says(&["sam.tech Example"]);
    agnes.open("").await.lacks(&["Work orders to assign"]);
    let backwards = [("act", "schedule"), ("from", "2031-03-03T12:00"), ("to", "2031-03-03T10:00")];
    agnes.post(&path, &backwards).await.says(&["The appointment ends after it begins"]);
    agnes.post(&path, &[("act", "note"), ("text", "Ring twice.")]).await.says(&["The note is here.", "Ring twice."]);
    agnes.post(&path, &[("act", "accept")]).await.says(&["The work order is accepted."]);
    agnes.post(&path, &[("act", "cancel"), ("reason", "")]).await.says(&["Say why"]);
    agnes.post(&path, &[("act", "cancel"), ("reason", "Moved away")]).await.says(&["cancelled", "Moved away"]);
    agnes.post(&path, &[("act", "accept")]).await.says(&["this step is not possible now"]);
    app.hub.run_pending().await;
    let subjects: Vec<String> = app.mail.messages().into_iter().map(|mail| mail.subject).collect();
    // The appointment was given up before its mail went out: only that it was cancelled is told.
    assert_eq!(subjects.iter().filter(|it| it.contains("was cancelled")).count(), 1, "{subjects:?}");
    agnes.open(&format!("/customers/{customer}")).await.says(&["Make a work order"]);

    let van = crate::warehouse::place(&app, "Van 9").await.to_string();
    let count =
        |change: &'static str| [("place", van.clone()), ("part", "fuse".to_owned()), ("change", change.to_owned())];
    for (change, says) in
        [("5", "Fuse: 5 there now."), ("-2", "Fuse: 3 there now."), ("-4", "There are 3 of"), ("x", "Say how many")]
    {
        let fields = count(change);
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        agnes.post("/work-orders/parts", &fields).await.says(&[says]);
    }
}

#[testkit::both_databases]
async fn p16_h01_staff_find_a_work_order_by_its_number_and_learn_that_it_was_given_back(app: TestApp) {
    let ada = PortalUser::activated(&app, ADA).await;
    let mut sam = Technician::signed_in(&app, "sam.tech").await;
    let mut agnes = Colleague::signed_in(&app).await;
    let id = visit(&app, &ada.customer.to_string(), "sam.tech").await;
    let order = app.api.get(&format!("/work-orders/{id}"), &app.api_key).await.json();
    let number = order["number"].as_str().unwrap();
    let run_together = number.replace('-', "").to_lowercase();
    for spelling in [number.to_owned(), format!("#{number}."), format!("Work order {number}"), run_together] {
        let found = agnes.search(&spelling).await;
        found.says(&[number, &format!("/console/work-orders/{id}"), "Ada Example"]);
    }
    agnes.search("W-0000-0000").await.says(&["Nothing found"]);
    agnes.open("").await.lacks(&["Work orders to assign"]);
    sam.step(&id, "refuse", &[("reason", "I have no ladder")]).await;
    agnes.open("").await.says(&["Work orders to assign"]);
    agnes.open("/work-orders?show=to_assign").await.says(&[number, "Given back"]);
}

#[testkit::both_databases]
async fn api_work_orders_are_made_listed_and_repeated_requests_change_nothing(app: TestApp) {
    let ada = PortalUser::activated(&app, ADA).await;
    let customer = ada.customer.to_string();
    let send = async |key: &str, path: &str, body: serde_json::Value| {
        let request = |request: reqwest::RequestBuilder| {
            request.bearer_auth(&app.api_key).header("idempotency-key", key).json(&body)
        };
        app.api.send(reqwest::Method::POST, path, request).await
    };
    let body = json!({ "kind": "visit", "customer_id": customer });
    let (first, again) = (send("1", "/work-orders", body.clone()).await, send("1", "/work-orders", body).await);
    assert_eq!((first.status, again.status, first.json()["id"].clone()), (201, 201, again.json()["id"].clone()));
    let other = send("1", "/work-orders", json!({ "kind": "repair", "customer_id": customer })).await;
    assert_eq!(other.json()["code"], "idempotency_key_reused");
    let id = first.json()["id"].as_str().unwrap().to_owned();
    Technician::signed_in(&app, "sam.tech").await;
    let steps = format!("/work-orders/{id}/steps");
    let assign = json!({ "step": "assign", "assignee": "sam.tech", "version": 1 });
    let assigned = send("2", &steps, assign.clone()).await;
    assert_eq!((assigned.status, assigned.json()["version"].as_i64()), (200, Some(2)), "{}", assigned.body);
    assert_eq!(send("2", &steps, assign.clone()).await.json()["version"], 2);
    let late = send("3", &steps, assign).await;
    assert_eq!((late.status, late.json()["code"].as_str()), (409, Some("work_order_changed")));
    for (body, code) in [
        (json!({ "step": "begin" }), "step_not_possible"),
        (json!({ "step": "refuse" }), "no_reason"),
        (json!({ "step": "check" }), "invalid_body"),
        (json!({ "step": "schedule", "starts_at": "2031-03-03T09:00:00Z" }), "invalid_body"),
    ] {
        let refused = posted(&app, &steps, body.clone()).await;
        assert_eq!(refused.json()["code"], code, "{body}: {}", refused.body);
    }
    let listed = app.api.get("/work-orders?show=open", &app.api_key).await.json();
    assert_eq!(listed["items"][0]["id"], id.as_str());
    assert_eq!(app.api.get("/work-orders?show=done", &app.api_key).await.json()["items"], json!([]));
    assert_eq!(app.api.get(&format!("/work-orders/{id}"), &app.api_key).await.json()["assignee"], "sam.tech Example");
    for wrong in [
        json!({ "kind": "visit" }),
        json!({ "kind": "nothing", "customer_id": customer }),
        json!({ "kind": "visit", "customer_id": customer, "device_id": "999999" }),
        json!({ "kind": "visit", "customer_id": customer, "place_id": "01890000-0000-7000-8000-000000000000" }),
    ] {
        let refused = posted(&app, "/work-orders", wrong.clone()).await;
        assert_eq!((refused.status, refused.json()["code"].as_str()), (422, Some("invalid_work_order")), "{wrong}");
    }
    visit(&app, &customer, "sam.tech").await;
}

#[testkit::both_databases]
async fn a01_work_for_a_requester_makes_one_customer_who_activates_later(app: TestApp) {
    let wanted = json!({ "kind": "visit", "requester_id": EVE.requester });
    let first = made(&app, wanted.clone()).await;
    let second = made(&app, wanted).await;
    assert_eq!(first["customer_id"], second["customer_id"]);
    let customer = app.customer_of(EVE.requester).await;
    assert_eq!(first["customer_id"], customer.as_str());
    app.hub.run_pending().await;
    let eve = PortalUser::activated(&app, EVE).await;
    assert_eq!(eve.customer.to_string(), customer, "she activates the record that is there");
    let nobody = posted(&app, "/work-orders", json!({ "kind": "visit", "requester_id": "999999" })).await;
    assert_eq!(nobody.status, 404, "{}", nobody.body);
}
