//! Messages of a person with a MESSAGE licence (`P05`, `P17`).

use std::collections::BTreeSet;

use serde_json::{Value, json};
use tessera_core::access::licence::LicenceType;
use tessera_core::kernel::ids::{CustomerId, PersonId, ServiceRequestId};
use tessera_core::persons::PersonDraft;
use testkit::{ADA, Answer, BEN, Colleague, JO, TestApp, client};

/// A machine of a customer's person that sends messages.
pub struct Gateway {
    pub person: PersonId,
    pub customer: CustomerId,
    pub key: String,
}

impl Gateway {
    /// The machine of Ada, whose device is HIB-A1.
    pub async fn of_ada(app: &TestApp) -> Self {
        app.activated(ADA).await;
        let customer = app.customer_id(ADA.requester).await;
        let person = app.person("GATEWAY").of(customer).with_licence(LicenceType::Message).create().await.id;
        let key = app.hub.issue_message_key(person, "gateway", &JO).await.unwrap().1;
        Self { person, customer, key }
    }

    pub async fn send(&self, app: &TestApp, id: &str, kind: &str, body: Value) -> Answer {
        app.api.post("/messages", &self.key, json!({ "id": id, "type": kind, "body": body })).await
    }

    pub async fn state(&self, app: &TestApp, id: &str) -> Value {
        app.api.get(&format!("/messages/{id}"), &self.key).await.json()
    }

    /// Sends a message and carries it out. The state in the end.
    pub async fn done(&self, app: &TestApp, id: &str, kind: &str, body: Value) -> Value {
        let sent = self.send(app, id, kind, body).await;
        assert_eq!(sent.status, 202, "{}", sent.body);
        app.hub.run_pending().await;
        self.state(app, id).await
    }

    async fn change(&self, app: &TestApp, change: impl Fn(PersonDraft) -> PersonDraft) {
        app.hub.change_person(self.person, None, |person| change(person.into()), &JO).await.unwrap();
    }
}

fn request(device: &str) -> Value {
    json!({ "kind": "fault", "subject": "It hums", "description": "Loudly.", "device_id": device })
}

fn result<'a>(state: &'a Value, kind: &str) -> &'a str {
    assert_eq!((&state["state"], &state["result"]["kind"]), (&json!("carried_out"), &json!(kind)), "{state}");
    state["result"]["id"].as_str().unwrap()
}

fn assert_rejected(state: &Value, code: &str, reason: &str) {
    assert_eq!((&state["state"], &state["reason"]["code"]), (&json!("rejected"), &json!(code)), "{state}");
    assert!(state["reason"]["detail"].as_str().unwrap().contains(reason), "{state}");
    assert_eq!(state["result"], Value::Null);
}

#[testkit::both_databases]
async fn p05_p17_messages_of_every_type_are_carried_out_as_the_person(app: TestApp) {
    let gateway = Gateway::of_ada(&app).await;
    let device = app.display_id("HIB-A1").to_string();

    let sent = gateway.send(&app, "m-1", "open_service_request", request(&device)).await;
    assert_eq!((sent.status, sent.header("location")), (202, "/api/v1/messages/m-1"));
    let waiting = gateway.state(&app, "m-1").await;
    assert_eq!((&waiting["state"], &waiting["finished_at"]), (&json!("received"), &Value::Null), "{waiting}");
    app.hub.run_pending().await;
    let opened = gateway.state(&app, "m-1").await;
    let id = result(&opened, "service_request").to_owned();
    let stored = async || app.store.request(ServiceRequestId(id.parse().unwrap())).await.unwrap().unwrap();
    let request = stored().await;
    assert_eq!((request.person_id, request.person_name.as_str()), (Some(gateway.person), "GATEWAY Example"));
    assert_eq!((request.customer_id, request.subject.as_str()), (gateway.customer, "It hums"));

    let comment = json!({ "request_id": id, "text": "It hums still." });
    result(&gateway.done(&app, "m-2", "comment_on_service_request", comment).await, "service_request");
    let comments = app.store.comments(request.id).await.unwrap();
    assert!(comments.iter().any(|comment| comment.text == "It hums still."), "{comments:?}");
    let status = |status: &str| json!({ "request_id": id, "status": status });
    result(&gateway.done(&app, "m-3", "change_service_request_status", status("closed")).await, "service_request");
    assert!(stored().await.status.is_over());
    result(&gateway.done(&app, "m-4", "change_service_request_status", status("open")).await, "service_request");
    assert!(!stored().await.status.is_over());

    let sent_back = json!({ "lines": [{ "device_id": device, "reason": "repair", "problem": "It hums" }] });
    let returned = gateway.done(&app, "m-5", "open_return", sent_back).await;
    let path = format!("/returns/{}", result(&returned, "return"));
    assert_eq!(app.api.get(&path, &app.api_key).await.json()["lines"][0]["model"], "PACE HIB-A1");

    let reading = json!({
        "device_id": device, "measure": "energy_total", "value": 1520.5, "unit": "kWh",
        "measured_at": "2026-05-31T12:00:00Z",
    });
    assert_eq!(result(&gateway.done(&app, "m-6", "report_device_reading", reading).await, "device"), device);
    let mut agnes = Colleague::signed_in(&app).await;
    agnes.open(&format!("/devices/{device}")).await.says(&["energy_total", "1520.5 kWh"]);
    let page = agnes.open(&format!("/persons/{}", gateway.person)).await;
    page.says(&["Open a service request", "m-6", "Carried out", &format!("/console/requests/{id}")]);

    let timeline = app.api.get(&format!("/customers/{}/timeline", gateway.customer), &app.api_key).await.json();
    let sent = timeline["items"].as_array().unwrap().iter().filter(|entry| entry["channel"] == "message");
    let actors: BTreeSet<_> = sent.map(|entry| entry["actor"].as_str().unwrap()).collect();
    assert_eq!(actors, BTreeSet::from(["person:GATEWAY"]), "{timeline}");
    app.leave_jobs();
}

#[testkit::both_databases]
async fn p17_a_message_sent_again_is_the_first_one(app: TestApp) {
    let gateway = Gateway::of_ada(&app).await;
    let device = app.display_id("HIB-A1").to_string();
    let send = async |body: Value| gateway.send(&app, "once", "open_service_request", body).await;
    let first = send(request(&device)).await;
    let all = tokio::join!(send(request(&device)), send(request(&device)), send(request(&device)));
    for again in [&all.0, &all.1, &all.2] {
        assert_eq!((again.status, &again.body), (202, &first.body));
    }
    app.hub.run_pending().await;
    assert_eq!(send(request(&device)).await.body, first.body, "also when it was carried out");
    app.hub.run_pending().await;
    let opened = app.store.requests_of_device_visible_to(gateway.person, "freshservice", &device, 10).await.unwrap();
    assert_eq!(opened.len(), 1, "one message, one request");
    let other = json!({ "kind": "fault", "subject": "Another", "device_id": device });
    send(other).await.problem(409, "message_id_used");
    let comment = json!({ "request_id": opened[0].id.to_string(), "text": "Hm" });
    gateway.send(&app, "once", "comment_on_service_request", comment).await.problem(409, "message_id_used");

    // Of many that arrive at once with one id, one is stored.
    let reading = json!({ "device_id": device, "measure": "power", "value": 1, "measured_at": "2026-05-31T12:00:00Z" });
    let race = |n: usize| {
        let (gateway, app, reading) = (&gateway, &app, reading.clone());
        async move { (n, gateway.send(app, "race", "report_device_reading", reading).await) }
    };
    let racing = tokio::join!(race(1), race(2), race(3), race(4), race(5), race(6));
    for (n, answer) in [racing.0, racing.1, racing.2, racing.3, racing.4, racing.5] {
        assert_eq!(answer.status, 202, "{n}: {}", answer.body);
    }
    app.hub.run_pending().await;
    assert_eq!(gateway.state(&app, "race").await["state"], "carried_out");
    assert_eq!(app.store.messages_of_person(gateway.person, 100).await.unwrap().len(), 2);
    app.leave_jobs();
}

#[testkit::both_databases]
async fn p17_a_message_that_is_no_message_is_refused_and_not_stored(app: TestApp) {
    let gateway = Gateway::of_ada(&app).await;
    let device = app.display_id("HIB-A1").to_string();
    let send = async |id: &str, kind: &str, body: Value| gateway.send(&app, id, kind, body).await;
    send("m", "open_door", json!({})).await.problem(422, "unknown_type");
    let detail = send("m", "open_service_request", json!({ "kind": "fault" })).await.problem(422, "invalid_body");
    assert!(detail.contains("subject"), "{detail}");
    send("m", "open_service_request", json!(["fault", "It hums", ""])).await.problem(422, "invalid_body");
    let lines = json!({ "lines": [[device, null, null, [], "repair", null]] });
    send("m", "open_return", lines).await.problem(422, "invalid_body");
    let mut more = request(&device);
    more["priority"] = json!(1);
    send("m", "open_service_request", more).await.problem(422, "invalid_body");
    let mut large = request(&device);
    let answers = (0..40).map(|n| (format!("Question {n}"), json!("x".repeat(1000))));
    large["answers"] = Value::Object(answers.collect());
    send("m", "open_service_request", large).await.problem(422, "message_too_large");
    for id in ["", "a b", "a/b"] {
        send(id, "open_service_request", request(&device)).await.problem(422, "invalid_message_id");
    }
    send(&"x".repeat(65), "open_service_request", request(&device)).await.problem(422, "invalid_body");
    // What would be rejected when it is carried out is not accepted.
    let unit = json!({ "device_id": device, "reason": "repair" });
    let lines = json!({ "lines": vec![unit; 21] });
    let detail = send("m", "open_return", lines).await.problem(422, "invalid_body");
    assert_eq!(detail, "`body.lines` has more than 20 items");
    app.api.get("/messages/m", &gateway.key).await.problem(404, "not_found");
    assert!(app.store.messages_of_person(gateway.person, 10).await.unwrap().is_empty());
}

#[testkit::both_databases]
async fn p17_a_rejected_message_says_why(app: TestApp) {
    let gateway = Gateway::of_ada(&app).await;
    app.activated(BEN).await;
    let (own, bens) = (app.display_id("HIB-A1").to_string(), app.display_id("HIB-B1").to_string());
    let rejected = gateway.done(&app, "m-1", "open_service_request", request(&bens)).await;
    assert_rejected(&rejected, "invalid_request", "device_id: Choose one of your devices");
    let nobodys = json!({ "request_id": "01890000-0000-7000-8000-000000000000", "text": "Hello" });
    let rejected = gateway.done(&app, "m-2", "comment_on_service_request", nobodys).await;
    assert_rejected(&rejected, "not_found", "no such request");
    let reading =
        |device: &str, at: &str| json!({ "device_id": device, "measure": "power", "value": 1.5, "measured_at": at });
    let rejected = gateway.done(&app, "m-3", "report_device_reading", reading(&bens, "2026-05-31T12:00:00Z")).await;
    assert_rejected(&rejected, "no_such_device", "no such device");
    let rejected = gateway.done(&app, "m-4", "report_device_reading", reading(&own, "2030-01-01T00:00:00Z")).await;
    assert_rejected(&rejected, "invalid_reading", "in the future");
    let lines = json!({ "lines": [{ "device_id": own, "reason": "boredom" }] });
    let rejected = gateway.done(&app, "m-5", "open_return", lines).await;
    assert_rejected(&rejected, "invalid_return", "boredom");

    // The rights are those of the moment at which it is carried out.
    assert_eq!(gateway.send(&app, "m-6", "open_service_request", request(&own)).await.status, 202);
    gateway.change(&app, |draft| PersonDraft { licence: Some(LicenceType::Custportal), ..draft }).await;
    app.hub.run_pending().await;
    gateway.send(&app, "m-7", "open_service_request", request(&own)).await.problem(403, "no_message_licence");
    app.api.get("/messages/m-6", &gateway.key).await.problem(403, "no_message_licence");
    gateway.change(&app, |draft| PersonDraft { licence: Some(LicenceType::Message), ..draft }).await;
    assert_rejected(&gateway.state(&app, "m-6").await, "no_message_licence", "MESSAGE");
    gateway.change(&app, |draft| PersonDraft { active: false, ..draft }).await;
    gateway.send(&app, "m-8", "open_service_request", request(&own)).await.problem(403, "person_inactive");
    let mut agnes = Colleague::signed_in(&app).await;
    let page = agnes.open(&format!("/persons/{}", gateway.person)).await;
    page.says(&["Rejected", "There is no such device at the places of this person"]);
    app.leave_jobs();
}

#[testkit::both_databases]
async fn p17_staff_issue_and_revoke_keys_that_are_shown_once(app: TestApp) {
    app.activated(ADA).await;
    let customer = app.customer_id(ADA.requester).await;
    let person = app.person("METER").of(customer).with_licence(LicenceType::Message).create().await.id;
    let url = format!("/persons/{person}");
    let mut agnes = Colleague::signed_in(&app).await;
    agnes.open(&url).await.says(&["No key was issued yet", "No message was sent yet"]);
    let issued = agnes.post(&format!("{url}/message-keys"), &[("name", "Meter gateway")]).await;
    let key = issued.body.split("<code>tsm_").nth(1).unwrap().split("</code>").next().unwrap();
    let gateway = Gateway { person, customer, key: format!("tsm_{key}") };
    let page = agnes.open(&url).await;
    page.says(&["Meter gateway", "never", "Revoke Meter gateway", "Message key Meter gateway issued for METER"]);
    page.lacks(&[&gateway.key]);
    agnes.post(&format!("{url}/message-keys"), &[("name", " ")]).await.says(&["Give the key a name"]);

    // It sends messages, and opens nothing else.
    let device = app.display_id("HIB-A1").to_string();
    assert_eq!(gateway.send(&app, "m-1", "open_service_request", request(&device)).await.status, 202);
    agnes.open(&url).await.lacks(&["never"]);
    for path in ["/customers", "/me"] {
        app.api.get(path, &gateway.key).await.problem(401, "unauthorized");
    }
    let other = app.person("OTHER").of(customer).with_licence(LicenceType::Message).create().await.id;
    let others = app.hub.issue_message_key(other, "other", &JO).await.unwrap().1;
    app.api.get("/messages/m-1", &others).await.problem(404, "not_found");
    for _ in 0..4 {
        app.hub.issue_message_key(person, "more", &JO).await.unwrap();
    }
    agnes.post(&format!("{url}/message-keys"), &[("name", "sixth")]).await.says(&["at most 5 keys"]);

    let credentials = app.store.message_credentials(person, 20).await.unwrap();
    let first = credentials.iter().find(|it| it.name == "Meter gateway").unwrap();
    let revoke = format!("{url}/message-keys/{}/revoke", first.id);
    agnes.post(&format!("/persons/{other}/message-keys/{}/revoke", first.id), &[]).await.says(&["no such key"]);
    agnes.post(&revoke, &[]).await.says(&["The key Meter gateway no longer works", "by agnes"]);
    agnes.post(&revoke, &[]).await.says(&["revoked already"]);
    gateway.send(&app, "m-2", "open_service_request", request(&device)).await.problem(401, "unauthorized");
    app.hub.run_pending().await;
    let accepted = app.store.message_of_person(person, "m-1").await.unwrap().unwrap();
    assert!(accepted.outcome.is_some(), "what was accepted is carried out");

    // A person with another licence has no use for a key.
    let named = app.person("BO").of(customer).create().await.id;
    agnes.open(&format!("/persons/{named}")).await.lacks(&["Issue a key"]);
    let refused = agnes.post(&format!("/persons/{named}/message-keys"), &[("name", "x")]).await;
    refused.says(&["Give the person the licence MESSAGE first"]);
    app.leave_jobs();
}

#[testkit::both_databases]
async fn p17_h12_a_key_sends_a_limited_number_of_messages(app: TestApp) {
    let gateway = Gateway::of_ada(&app).await;
    for n in 0..120 {
        gateway.send(&app, &n.to_string(), "nonsense", json!({})).await.problem(422, "unknown_type");
    }
    let refused = gateway.send(&app, "m", "nonsense", json!({})).await;
    refused.problem(429, "too_many_messages");
    assert_eq!(refused.header("retry-after"), "60");
    let second = app.hub.issue_message_key(gateway.person, "second", &JO).await.unwrap().1;
    let other = Gateway { key: second, ..gateway };
    other.send(&app, "m", "nonsense", json!({})).await.problem(422, "unknown_type");
    app.advance(std::time::Duration::from_mins(2));
    other.send(&app, "m", "nonsense", json!({})).await.problem(422, "unknown_type");
}

#[testkit::both_databases]
async fn p17_every_type_of_message_has_a_schema(app: TestApp) {
    let read = async |url: &str| -> Value {
        let answer = client().get(url).send().await.unwrap();
        assert_eq!(answer.status(), 200, "{url}");
        serde_json::from_str(&answer.text().await.unwrap()).unwrap()
    };
    let list = read(&format!("{}/api/v1/message-types", app.url)).await;
    let device = json!({ "device_id": "9" });
    let id = "01890000-0000-7000-8000-000000000000";
    let good = [
        ("open_service_request", json!({ "kind": "fault", "subject": "It hums" })),
        ("comment_on_service_request", json!({ "request_id": id, "text": "Hm" })),
        ("change_service_request_status", json!({ "request_id": id, "status": "closed" })),
        ("open_return", json!({ "lines": [{ "device_id": "9", "reason": "repair" }] })),
        (
            "report_device_reading",
            json!({ "device_id": "9", "measure": "power", "value": 1.5, "measured_at": "2026-05-31T12:00:00Z" }),
        ),
    ];
    let items = list["items"].as_array().unwrap();
    assert_eq!(items.len(), good.len());
    for (item, (kind, body)) in items.iter().zip(good) {
        assert_eq!(item["type"], kind);
        let schema = read(item["schema"].as_str().unwrap()).await;
        assert_eq!(schema["$id"], item["schema"]);
        let validator = jsonschema::draft202012::new(&schema).unwrap();
        assert!(validator.is_valid(&body), "{kind}: {schema}");
        for bad in [json!([]), json!({}), device.clone(), json!({ "unknown": 1 })] {
            assert!(!validator.is_valid(&bad), "{kind}: {bad}");
        }
        let mut more = body;
        more["unknown"] = json!(1);
        assert!(!validator.is_valid(&more), "{kind}: {more}");
    }
    let unknown = client().get(format!("{}/api/v1/message-types/none", app.url)).send().await.unwrap();
    assert_eq!(unknown.status(), 404);
    let bodies = &app.api.document().await["components"]["schemas"]["MessageBody"]["oneOf"];
    assert_eq!(bodies.as_array().map(Vec::len), Some(5), "the API's description has them too");
}
