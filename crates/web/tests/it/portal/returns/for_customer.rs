//! Returns that staff and API open for a customer (`P09`).

use serde_json::{Value, json};
use testkit::{ADA, Answer, BEN, Browser, Colleague, TestApp};

use crate::portal::returns::{only, opened};

async fn open(app: &TestApp, body: Value) -> Answer {
    app.api.post("/returns", &app.api_key, body).await
}

/// The display id of a customer's only device.
async fn device_of(app: &TestApp, customer: &str) -> String {
    let shown = app.api.get(&format!("/customers/{customer}"), &app.api_key).await.json();
    shown["devices"][0]["id"].as_str().unwrap_or_else(|| panic!("a device: {shown}")).to_owned()
}

#[testkit::both_databases]
async fn p09_staff_open_a_return_for_a_customer(app: TestApp) {
    let mut ada = app.activated(ADA).await;
    let customer = app.customer_of(ADA.requester).await;
    let mut staff = Colleague::signed_in(&app).await;
    staff.open("/returns/new").await.says(&["Find the customer first"]);
    staff.open("/returns/new?q=nobody-like-that").await.says(&["No customer fits"]);
    let found = staff.open("/returns/new?q=hib-a1").await;
    let form = format!("/returns/new?customer={customer}");
    found.says(&["Which customer?", "Ada Example", &format!("/console{form}")]);
    staff.open(&form).await.says(&["Line 1", "HIB-A1", ADA.email]);
    assert_eq!(staff.open("/returns/new?customer=nobody").await.status, 404);

    let device = device_of(&app, &customer).await;
    let fields = |reason: &'static str| {
        vec![("customer", customer.as_str()), ("lines", "1"), ("device_1", device.as_str()), ("reason_1", reason)]
    };
    let wrong = staff.post("/returns", &fields("wish")).await;
    assert_eq!(wrong.status, 422);
    wrong.says(&["The return was not opened", "is not a return reason"]);
    let mut more = fields("repair");
    more.push(("add", "yes"));
    staff.post("/returns", &more).await.says(&["Line 2"]);
    let mut elsewhere = fields("repair");
    elsewhere.push(("place", "0198c0de-0000-7000-8000-000000000001"));
    staff.post("/returns", &elsewhere).await.says(&["Choose one of the customer’s places"]);
    let person = app.person_of(ADA.email).await.id.to_string();
    let mut right = fields("repair");
    right.extend([("told", person.as_str()), ("problem_1", "They telephoned: it hums.")]);
    let shown = staff.post("/returns", &right).await;
    shown.says(&["is open", "HIB-A1", "They telephoned", "Received", "for the customer", "agnes"]);

    let customer_return = only(&app).await;
    assert_eq!(
        (customer_return["customer_id"].as_str(), customer_return["place_id"].as_str()),
        (Some(&*customer), Some(&*customer))
    );
    let theirs = ada.open(&format!("{}/portal/customer/returns", app.url)).await;
    assert!(
        theirs.body.contains(customer_return["number"].as_str().unwrap()),
        "the same as their own: {}",
        theirs.body
    );
    app.hub.run_pending().await;
    let mail = app.mail.messages().into_iter().find(|mail| mail.subject.contains("eturn")).unwrap();
    assert_eq!(mail.to, [ADA.email.to_owned()]);
    let timeline = app.api.get(&format!("/customers/{customer}/timeline"), &app.api_key).await.json();
    let told = timeline["items"].as_array().unwrap().iter().find(|entry| entry["event"] == "return").unwrap();
    assert_eq!((told["actor"].as_str(), told["channel"].as_str()), (Some("staff:agnes"), Some("console")), "{told}");
    let portal = ada.open(&format!("{}/portal/customer/timeline", app.url)).await;
    assert!(portal.body.contains("We opened return"), "{}", portal.body);

    // The customer's own return is subject to the same rule, and vice versa.
    assert_eq!(opened(&app, &mut ada, "credit").await.status, 422);
    let twice = staff.post("/returns", &fields("credit")).await;
    twice.says(&["is on return", customer_return["number"].as_str().unwrap()]);
    let stranger = Browser::new().open(&format!("{}/console{form}", app.url)).await;
    assert!(stranger.url.contains("/console/sign-in"), "{}", stranger.url);
}

#[testkit::both_databases]
async fn p09_api_opens_a_return_for_a_customer(app: TestApp) {
    app.activated(ADA).await;
    app.activated(BEN).await;
    let (hers, his) = (app.customer_of(ADA.requester).await, app.customer_of(BEN.requester).await);
    let (device, not_hers) = (device_of(&app, &hers).await, device_of(&app, &his).await);
    let body = |lines: Value| json!({ "customer_id": hers, "lines": lines });
    for (wanted, status, code) in [
        (body(json!([])), 422, "invalid_return"),
        (body(json!([{ "reason": "wish", "model": "Fan" }])), 422, "invalid_return"),
        (body(json!([{ "reason": "repair", "device_id": not_hers }])), 422, "no_such_device"),
        (
            json!({ "customer_id": hers, "place_id": his, "lines": [{ "reason": "repair", "model": "Fan" }] }),
            422,
            "no_such_place",
        ),
        (
            json!({ "customer_id": hers, "notify_person_id": app.person_of(BEN.email).await.id.0, "lines": [{ "reason": "repair", "model": "Fan" }] }),
            422,
            "no_such_person",
        ),
        (
            json!({ "customer_id": "0198c0de-0000-7000-8000-000000000001", "lines": [{ "reason": "repair", "model": "Fan" }] }),
            404,
            "not_found",
        ),
    ] {
        let answer = open(&app, wanted.clone()).await;
        answer.problem(status, code);
    }
    let lines = json!([
        { "reason": "repair", "device_id": device, "problem": "It hums." },
        { "reason": "credit", "model": "Battery module", "quantity": 2, "serials": ["BM-1"] },
    ]);
    let send = |request: reqwest::RequestBuilder| {
        request.bearer_auth(&app.api_key).header("idempotency-key", "call-7").json(&body(lines.clone()))
    };
    let first = app.api.send(reqwest::Method::POST, "/returns", send).await;
    assert_eq!(first.status, 201, "{}", first.body);
    let again = app.api.send(reqwest::Method::POST, "/returns", send).await;
    assert_eq!((again.status, &again.json()["id"]), (201, &first.json()["id"]), "{}", again.body);
    let customer_return = only(&app).await;
    assert_eq!(
        (&customer_return["lines"][0]["serials"], &customer_return["lines"][0]["device_id"]),
        (&json!(["HIB-A1"]), &json!(device))
    );
    assert_eq!(customer_return["lines"][1]["quantity"], 2);
    open(&app, body(json!([{ "reason": "repair", "model": "x", "serials": ["hib a1"] }])))
        .await
        .problem(409, "unit_on_open_return");
    app.hub.run_pending().await;
}
