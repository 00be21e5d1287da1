//! The administration API, for the company's other systems.

use std::collections::BTreeSet;
use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};
use tessera_core::access::licence::LicenceType;
use tessera_core::kernel::plan::Plan;
use tessera_core::kernel::timeline::change::TimelineChange;
use tessera_core::kernel::timeline::{Event, NewEntry};
use tessera_core::persons::event::PersonEvent;
use tessera_store::Effort;
use testkit::run_sql;
use testkit::{ADA, BEN, Browser, CLEO, Colleague, EVE, JO, NO_EMAIL, TestApp, client};

/// Calls every operation of the API, so that an operation without a test cannot be added.
#[testkit::both_databases]
async fn api_every_operation_matches_its_description(app: TestApp) {
    let (api, key) = (&app.api, &app.api_key);
    assert!(api.document().await["openapi"].as_str().unwrap().starts_with("3.1"));
    let mut ada = app.activated(ADA).await;
    app.activated(CLEO).await;
    crate::portal::returns::opened(&app, &mut ada, "repair").await;
    let path = format!("/returns/{}", crate::portal::returns::only(&app).await["id"].as_str().unwrap());
    assert_eq!(api.get(&path, key).await.json()["status"], "new");
    let received = api.post(&format!("{path}/lines/1/steps"), key, json!({ "step": "receive" })).await;
    assert_eq!(received.json()["status"], "in_progress");

    let token = app.access_token(ADA.email).await;
    let device = api.get("/me/devices", &token).await.json()["devices"][0]["id"].as_str().unwrap().to_owned();
    for path in ["/me", "/me/activation", &format!("/me/devices/{device}")] {
        assert_eq!(api.get(path, &token).await.status, 200);
    }

    let mine = api.get("/me/identities", &token).await.json()["items"][0].clone();
    let path = format!("/me/identities/{}", mine["id"].as_str().unwrap());
    api.delete(&path, &token, None).await.problem(409, "last_identity");
    crate::auth::identities::add(&app, ADA, "ada.second@example.net").await;
    assert_eq!(api.delete(&path, &token, None).await.status, 204);

    let invited = app.invite(EVE.requester).await;
    let id = invited["id"].as_str().unwrap();
    assert_eq!(api.get(&format!("/invitations/{id}"), key).await.json()["state"], "open");
    assert_eq!(api.get("/invitations?requester_id=1005", key).await.json()["items"][0]["id"], id);
    assert_eq!(api.delete("/invitations?requester_id=1005", key, None).await.status, 204);
    assert_eq!(api.get(&format!("/invitations/{id}"), key).await.json()["revoked"]["why"], "withdrawn");

    crate::persons::ask_everything(&app).await;
    crate::persons::place_at_home(&app, &device).await;
    let customer = app.customer_of(ADA.requester).await;
    let ordered = json!({ "customer_id": customer, "lines": [{ "reason": "credit", "model": "Battery module" }] });
    let ordered = api.post("/returns", key, ordered).await;
    assert_eq!(ordered.header("location"), format!("/api/v1/returns/{}", ordered.json()["id"].as_str().unwrap()));
    let shown = api.get(&format!("/customers/{customer}"), key).await;
    assert_eq!(shown.header("etag"), format!("W/\"{}\"", shown.json()["version"]));
    assert_eq!(api.get(&format!("/customers/{customer}/timeline"), key).await.json()["verified"], true);
    assert_eq!(api.order(&format!("/customers/{customer}/refresh"), key).await.status, 202);
    let jobs = api.get("/jobs?state=waiting", key).await.json();
    assert!(jobs["items"].as_array().unwrap().iter().any(|job| job["kind"] == "refresh"), "{jobs}");
    let domains = format!("/customers/{customer}/domains");
    assert_eq!(api.post(&domains, key, json!({ "domain": "acme.example" })).await.status, 201);
    assert_eq!(api.delete(&format!("{domains}/acme.example"), key, None).await.status, 204);
    let machine = app.person("GATEWAY").of(customer.parse().unwrap()).with_licence(LicenceType::Message).create().await;
    let message_key = app.hub.issue_message_key(machine.id, "gateway", &JO).await.unwrap().1;
    let comment = json!({ "request_id": customer, "text": "Hello" });
    let message = json!({ "id": "m-1", "type": "comment_on_service_request", "body": comment });
    assert_eq!(api.post("/messages", &message_key, message).await.status, 202);
    assert_eq!(api.get("/messages/m-1", &message_key).await.json()["state"], "received");
    let link = shown.json()["links"][0]["id"].as_str().unwrap().to_owned();
    let path = format!("/customers/{customer}/links/{link}");
    assert_eq!(api.delete(&path, key, Some(json!({ "reason": "a test" }))).await.status, 204);
    assert_eq!(api.get("/records/freshservice/requester/1001", key).await.json()["attributes"]["name"], "Ada Example");
    assert_eq!(api.get("/devices?serial=hib%20a1", key).await.json()["items"][0]["device"]["serial"], "HIB-A1");

    let fields =
        json!({ "product": "PACE", "vendor": "Wetility", "asset_state": "In Stock", "serial_number": "NEW-9" });
    assert_eq!(api.get("/device-form", key).await.status, 200);
    let write = api.post("/devices", key, json!({ "name": "PACE", "fields": fields })).await.json();
    let path = format!("/device-writes/{}", write["id"].as_str().unwrap());
    assert_eq!(api.get(&path, key).await.json()["state"], "waiting");
    assert_eq!(api.delete(&path, key, None).await.json()["state"], "cancelled");
    let stock = |request: reqwest::RequestBuilder| request.bearer_auth(key).json(&json!({ "requester_id": null }));
    assert_eq!(api.send(Method::PUT, &format!("/devices/{device}/holder"), stock).await.status, 202);

    assert_eq!(api.get("/inventory?show=assigned", key).await.json()["items"][0]["requester_id"], "1001");
    let tickets = api.get("/requesters/1001/tickets", key).await.json();
    assert_eq!(tickets["items"][0]["subject"], "Installation of HIB-A1");
    let table = json!({ "kind": "assignments", "table": "device,requester,from\nHIB-C1,1001,1003\n" });
    let load = api.post("/device-loads", key, table).await;
    let path = load.header("location").strip_prefix("/api/v1").unwrap().to_owned();
    assert_eq!(api.get(&path, key).await.json()["load"]["changes"], 1);
    assert_eq!(api.get(&format!("{path}/lines"), key).await.json()["items"][0]["plan"], "change");
    assert_eq!(api.order(&format!("{path}/start"), key).await.json()["state"], "running");
    assert_eq!(api.delete(&path, key, None).await.json()["state"], "stopped");
    assert_eq!(api.get("/device-loads", key).await.json()["items"][0]["state"], "stopped");

    assert_eq!(api.get("/why?subject=hib-a1", key).await.json()["subject"]["kind"], "device");
    assert_eq!(api.get("/doctor", key).await.status, 200);

    let review = api.get("/reviews", key).await.json()["items"][0]["id"].as_str().unwrap().to_owned();
    assert_eq!(api.get(&format!("/reviews/{review}"), key).await.json()["candidates"].as_array().unwrap().len(), 2);
    let decision = json!({ "decision": "none_of_these" });
    let decided = api.post(&format!("/reviews/{review}/decision"), key, decision).await.json();
    assert_eq!(
        (&decided["decided"]["decision"], &decided["decided"]["by"]),
        (&json!("none_of_these"), &json!("api_key:test"))
    );

    assert_eq!(api.order("/sweeps", key).await.status, 202);
    app.hub.run_pending().await;
    let sweeps = api.get("/sweeps?limit=3", key).await.json();
    let sweep = sweeps["items"][0]["id"].as_str().unwrap();
    assert_eq!(api.get(&format!("/sweeps/{sweep}"), key).await.json()["state"], "finished");
    assert_eq!(api.get(&format!("/sweeps/{sweep}/changes"), key).await.json()["items"], json!([]));
    for what in ["apply", "discard"] {
        app.advance(Duration::from_mins(1));
        let renamed = json!({ "first_name": format!("Adela, before {what}") });
        app.call_desk(Method::PUT, &format!("/requesters/{}", ADA.requester), renamed).await;
        let order = json!({ "kinds": ["requesters"], "mode": "full", "dry_run": true });
        let asked = api.post("/sweeps", key, order).await.json();
        app.hub.run_pending().await;
        let path = format!("/sweeps/{}", asked["items"][0]["id"].as_str().unwrap());
        assert_eq!(api.get(&format!("{path}/changes.csv"), key).await.status, 200);
        let path = format!("{path}/{what}");
        assert!(api.order(&path, key).await.status < 300);
        app.hub.run_pending().await;
        api.order(&path, key).await.problem(409, "nothing_to_decide");
    }
    super::jobs::ask_everything(&app).await;
    super::staff::ask_everything(&app).await;
    crate::marketplace_platform::ask_everything(&app).await;
    crate::storefront::ask_everything(&app).await;
    crate::tech::ask_everything(&app, &customer).await;
    let systems = api.get("/systems", key).await.json();
    let names: Vec<_> = systems["systems"].as_array().unwrap().iter().map(|system| &system["system"]).collect();
    assert_eq!(names, ["freshservice", "freshsales", "idp"]);
    assert_eq!(systems["sweeps"].as_array().unwrap().len(), 3);
    // Each of the two activations has a pending job that refreshes its devices after a few minutes.
    assert_eq!(systems["jobs"], json!({ "waiting": 2, "running": 0, "failed": 0, "in_doubt": 0 }));

    let answered = api.answered().into_iter().filter(|(_, status)| *status < 300);
    let answered: BTreeSet<_> = answered.map(|(id, _)| id).collect();
    let described: BTreeSet<_> = api.operations().await.into_iter().map(|operation| operation.id).collect();
    assert_eq!(answered, described, "operations that no test has seen succeed");
}

#[testkit::both_databases]
async fn a11_an_invitation_link_is_returned_once_and_its_state_can_be_read(app: TestApp) {
    let body = json!({ "requester_id": 1001 });
    let answer = app.api.post("/invitations", &app.api_key, body).await;
    let invited = answer.json();
    let location = answer.header("location").strip_prefix("/api/v1").unwrap().to_owned();
    assert!(invited["url"].as_str().unwrap().starts_with(&format!("{}/activate/", app.url)));
    assert_eq!(invited["expires_at"], "2026-06-15T08:00:00Z");
    let state = async || app.api.get(&location, &app.api_key).await.json();
    assert_eq!(state().await["state"], "open");
    app.activate(&mut Browser::new(), invited["url"].as_str().unwrap(), ADA.email).await;
    let claimed = state().await;
    assert_eq!((&claimed["state"], &claimed["claimed"]["by"]), (&json!("claimed"), &json!("a•••@example.com")));
    app.hub.run_pending().await;
    assert_eq!(state().await["state"], "used");
    assert!(state().await["consumed_at"].is_string());
}

#[testkit::both_databases]
async fn a11_an_invitation_repeated_with_its_idempotency_key_is_the_same(app: TestApp) {
    let invite = async |key: &str, requester: Value| {
        let body = json!({ "requester_id": requester });
        let send = |request: reqwest::RequestBuilder| {
            request.bearer_auth(&app.api_key).header("idempotency-key", key).json(&body)
        };
        app.api.send(Method::POST, "/invitations", send).await
    };
    let first = invite("k-1", json!("1001")).await;
    let again = invite("k-1", json!(1001)).await;
    assert_eq!((first.status, first.header("idempotency-replayed")), (201, ""));
    assert_eq!((again.status, again.header("idempotency-replayed")), (201, "true"));
    assert_eq!((first.json(), first.header("location")), (again.json(), again.header("location")));
    invite("k-1", json!("1002")).await.problem(422, "idempotency_key_reused");
    invite("", json!("1002")).await.problem(400, "invalid_parameter");
    assert_ne!(invite("k-2", json!("1001")).await.json()["id"], first.json()["id"]);

    let racing = async || invite("k-3", json!("1002")).await.json()["id"].clone();
    let (a, b, c, d) = tokio::join!(racing(), racing(), racing(), racing());
    assert!(a == b && b == c && c == d, "{a} {b} {c} {d}");
    let open = app.api.get("/invitations?requester_id=1002", &app.api_key).await.json();
    assert_eq!((open["items"].as_array().unwrap().len(), &open["items"][0]["state"]), (1, &json!("open")));
    app.hub.run_pending().await;
}

#[testkit::both_databases]
async fn a11_invitation_is_rejected_when_the_requester_has_no_email(app: TestApp) {
    let invite =
        async |requester: &str| app.api.post("/invitations", &app.api_key, json!({ "requester_id": requester })).await;
    assert!(invite(NO_EMAIL).await.problem(409, "requester_without_email").contains("1006"));
    assert!(invite("424242").await.problem(404, "not_found").contains("424242"));
    invite("../1001").await.problem(404, "not_found");
}

#[testkit::both_databases]
async fn a04_h01_a_link_is_undone_with_a_reason(app: TestApp) {
    app.activated(ADA).await;
    let customer = format!("/customers/{}", app.customer_of(ADA.requester).await);
    let shown = app.api.get(&customer, &app.api_key).await.json();
    let links = shown["links"].as_array().unwrap();
    let user = links.iter().find(|link| link["kind"] == "user").unwrap();
    let path = format!("{customer}/links/{}", user["id"].as_str().unwrap());
    let end = async |reason: Value| app.api.delete(&path, &app.api_key, Some(json!({ "reason": reason }))).await;
    assert!(end(json!(" ")).await.problem(422, "invalid_body").contains("`reason`"));
    assert_eq!(end(json!("signed in for somebody else")).await.status, 204);
    end(json!("again")).await.problem(404, "not_found");

    let shown = app.api.get(&customer, &app.api_key).await.json();
    assert_eq!((shown["links"].as_array().unwrap().len(), shown["ended_links"].as_array().unwrap().len()), (2, 1));
    assert_eq!(shown["ended_links"][0]["ended_why"], "signed in for somebody else");
    assert_eq!(shown["ended_links"][0]["ended_by"], "api_key:test");
    let token = app.access_token(ADA.email).await;
    assert_eq!(app.api.get("/me", &token).await.json()["customer"], Value::Null);
}

#[testkit::both_databases]
async fn h03_two_matching_contacts_create_a_review(app: TestApp) {
    app.activated(CLEO).await;
    let review = app.api.get("/reviews", &app.api_key).await.json()["items"][0].clone();
    assert_eq!(review["question"], "which_contact");
    let path = format!("/reviews/{}", review["id"].as_str().unwrap());
    let decide = async |body: Value| app.api.post(&format!("{path}/decision"), &app.api_key, body).await;
    let link = |record: &str| json!({ "decision": "link", "record": record });
    decide(link("freshsales:contact:5001")).await.problem(409, "not_a_candidate");
    decide(link("nonsense")).await.problem(422, "invalid_body");
    decide(json!({ "decision": "perhaps" })).await.problem(422, "invalid_body");
    let decided = decide(link("freshsales:contact:6003")).await.json();
    assert_eq!(decided["decided"]["record"], "freshsales:contact:6003");
    decide(link("freshsales:contact:5003")).await.problem(409, "review_decided");
    assert_eq!(app.api.get("/reviews", &app.api_key).await.json()["items"], json!([]));
    let found = app.api.get("/customers?record=freshsales:contact:6003", &app.api_key).await.json();
    assert_eq!(found["items"][0]["id"].as_str().unwrap(), app.customer_of(CLEO.requester).await);
    app.hub.run_pending().await;
}

#[testkit::both_databases]
async fn h05_timeline_is_complete_across_pages(app: TestApp) {
    app.activated(ADA).await;
    let path = format!("/customers/{}/timeline", app.customer_of(ADA.requester).await);
    let whole = app.api.get(&path, &app.api_key).await.json();
    assert_eq!(
        (&whole["verified"], &whole["broken"], &whole["next_cursor"]),
        (&json!(true), &Value::Null, &Value::Null)
    );
    let entries = whole["items"].as_array().unwrap();
    let sequence: Vec<_> = entries.iter().map(|entry| entry["seq"].as_i64().unwrap()).collect();
    assert!(sequence.is_sorted_by(|a, b| a == &(b + 1)) && sequence.last() == Some(&1), "{sequence:?}");
    assert!(entries.iter().any(|entry| entry["event"] == "activated" && entry["channel"] == "activation"));

    let (mut paged, mut cursor) = (Vec::new(), String::new());
    for _ in 0..entries.len() {
        let page = app.api.get(&format!("{path}?limit=2{cursor}"), &app.api_key).await.json();
        assert_eq!(page["verified"], true);
        paged.extend(page["items"].as_array().unwrap().clone());
        let Some(next) = page["next_cursor"].as_str() else { break };
        cursor = format!("&cursor={next}");
    }
    assert_eq!(&paged, entries);
}

#[testkit::both_databases]
async fn h05_tampering_with_a_timeline_is_detected(app: TestApp) {
    app.activated(ADA).await;
    run_sql(&app.database, "UPDATE timeline SET actor = 'nobody' WHERE seq = 2").await;
    let path = format!("/customers/{}/timeline", app.customer_of(ADA.requester).await);
    let timeline = app.api.get(&path, &app.api_key).await.json();
    assert_eq!(timeline["verified"], false);
    assert!(timeline["broken"].as_str().unwrap().contains("entry 2"));
    // Each page includes the result of its verification.
    let newest = app.api.get(&format!("{path}?limit=1"), &app.api_key).await.json();
    assert_eq!((&newest["verified"], newest["items"].as_array().unwrap().len()), (&json!(true), 1));
}

/// Database cost of a customer's refresh.
async fn refresh_effort(app: &TestApp, customer: &str) -> Effort {
    app.hub.request_refresh(customer.parse().unwrap(), &JO).await.unwrap();
    let before = app.store.effort();
    app.hub.run_pending().await;
    app.store.effort() - before
}

#[testkit::both_databases]
async fn h05_refresh_cost_does_not_grow_with_the_timeline(app: TestApp) {
    app.activated(ADA).await;
    app.hub.run_pending().await;
    let customer = app.customer_of(ADA.requester).await;
    let first = refresh_effort(&app, &customer).await;

    let noted = |n: usize| {
        let event = Event::Person(PersonEvent::Previewed { person_id: format!("P-{n}") });
        let (id, now) = (customer.parse().unwrap(), app.hub.env.now());
        TimelineChange::Append(NewEntry::new(id, now, ("staff:agnes", "console"), &event, || [7; 16]))
    };
    for part in 0..10 {
        let mut plan = Plan::default();
        (0..500).for_each(|n| plan.push(noted(part * 500 + n), "years of history"));
        app.store.apply(&plan).await.unwrap();
    }
    assert!(app.store.timeline_head(customer.parse().unwrap()).await.unwrap().unwrap().length > 5000);

    assert_eq!(refresh_effort(&app, &customer).await, first);
}

#[testkit::both_databases]
async fn h05_unknown_and_erased_events_are_shown_as_such(app: TestApp) {
    app.activated(ADA).await;
    let customer = app.customer_of(ADA.requester).await;
    let newer = r#"{"event":"device_teleported","v":1,"detail":{"to":"Mars"}}"#;
    run_sql(&app.database, &format!("UPDATE timeline SET event = '{newer}' WHERE seq = 2")).await;
    let erase = TimelineChange::ErasePersonal { customer_id: customer.parse().unwrap(), seq: 1 };
    let mut plan = Plan::default();
    plan.push(erase, "the test wants it");
    app.store.apply(&plan).await.unwrap();

    let timeline = app.api.get(&format!("/customers/{customer}/timeline"), &app.api_key).await.json();
    let [.., second, first] = timeline["items"].as_array().unwrap().as_slice() else { panic!("{timeline}") };
    assert_eq!((&second["event"], &second["detail"]), (&json!("device_teleported"), &json!({ "to": "Mars" })));
    assert_eq!(second["sentence"], "An event recorded by a newer version: device_teleported");
    assert_eq!((&first["event"], &first["version"]), (&json!("customer_created"), &json!(1)));
    assert_eq!(first["detail"], json!({ "name": { "erased": true } }));
    assert_eq!(first["sentence"], "Customer record created for (erased)");

    let mut agnes = Colleague::signed_in(&app).await;
    let page = agnes.open(&format!("/customers/{customer}")).await;
    page.says(&["An event recorded by a newer version: device_teleported", "Customer record created for (erased)"]);
}

#[testkit::both_databases]
async fn api_customers_are_searched_and_paged(app: TestApp) {
    for who in [ADA, BEN, EVE] {
        app.activated(who).await;
    }
    let names = |list: &Value| -> Vec<String> {
        list["items"].as_array().unwrap().iter().map(|item| item["name"].as_str().unwrap().to_owned()).collect()
    };
    let get = async |path: &str| app.api.get(path, &app.api_key).await;
    assert_eq!(names(&get("/customers?email=BEN@example.com").await.json()), ["Ben Example"]);
    assert!(names(&get("/customers?email=nobody@example.com").await.json()).is_empty());
    assert!(names(&get("/customers?record=freshsales:contact:1").await.json()).is_empty());
    let first = get("/customers?limit=2").await.json();
    let rest = get(&format!("/customers?limit=2&cursor={}", first["next_cursor"].as_str().unwrap())).await.json();
    assert_eq!((names(&first).len(), names(&rest).len(), &rest["next_cursor"]), (2, 1, &Value::Null));
    let mut all = [names(&first), names(&rest)].concat();
    all.sort();
    assert_eq!(all, ["Ada Example", "Ben Example", "Eve Example"]);
}

#[testkit::both_databases]
async fn a06_a_device_is_found_by_serial_number_in_any_spelling(app: TestApp) {
    app.api.order("/sweeps", &app.api_key).await;
    app.hub.run_pending().await;
    let find = async |serial: &str| {
        app.api.get(&format!("/devices?serial={serial}"), &app.api_key).await.json()["items"].clone()
    };
    for typed in ["HIB-B2", "hibb2", "hib%20b2"] {
        let found = find(typed).await;
        assert_eq!((&found[0]["device"]["serial"], &found[0]["requester_id"]), (&json!("HIB-B2"), &json!("1002")));
        assert_eq!(found[0]["customer"], Value::Null, "not activated yet");
    }
    assert_eq!(find("HIB-S1").await[0]["requester_id"], Value::Null, "stock");
    assert_eq!(find("HIB-Z9").await, json!([]));
}

#[testkit::both_databases]
async fn api_bad_requests_name_the_invalid_field(app: TestApp) {
    let (api, key) = (&app.api, &app.api_key);
    for (path, field) in [
        ("/customers?record=freshservice:123", "`record`"),
        ("/customers?record=freshservice:ticket:1", "ticket"),
        ("/customers?email=nonsense", "`email`"),
        ("/customers?email=a@example.com&record=freshservice:requester:1", "`record`"),
        ("/customers?limit=0", "`limit`"),
        ("/customers?limit=many", "limit"),
        ("/customers?cursor=xyz", "`cursor`"),
        ("/customers?colour=red", "colour"),
        ("/customers/123", "id"),
        ("/customers/123/timeline", "id"),
        ("/invitations", "requester_id"),
        ("/invitations/123", "id"),
        ("/records/freshservice/ticket/1", "`kind`"),
        ("/devices?serial=-", "`serial`"),
        ("/jobs?state=done", "state"),
        ("/reviews?limit=201", "`limit`"),
    ] {
        let detail = api.get(path, key).await.problem(400, "invalid_parameter");
        assert!(detail.contains(field), "{path}: {detail}");
    }
    for (body, field) in [
        (json!({}), "requester_id"),
        (json!({ "requester_id": ["1"] }), "requester_id"),
        (json!({ "requester_id": -1 }), "requester_id"),
        (json!({ "requester_id": "1001", "colour": "red" }), "colour"),
    ] {
        let detail = api.post("/invitations", key, body).await.problem(422, "invalid_body");
        assert!(detail.contains(field), "{detail}");
    }
    let raw = |kind: &'static str, body: &'static str| {
        move |request: reqwest::RequestBuilder| request.bearer_auth(key).header("content-type", kind).body(body)
    };
    let post = async |kind, body| api.send(Method::POST, "/invitations", raw(kind, body)).await;
    post("application/json", "{\"requester_id\":").await.problem(400, "invalid_json");
    post("text/plain", "{\"requester_id\":\"1001\"}").await.problem(415, "not_json");
    for kind in ["application/json; charset=utf-32", "application/json;charset=\"klingon\""] {
        post(kind, "{\"requester_id\":\"1001\"}").await.problem(415, "unsupported_charset");
    }
    post("application/json; charset=utf-16", "{\"requester_id\":12}").await.problem(400, "unreadable_body");
    for (method, path, status) in [(Method::PUT, "/invitations", 405), (Method::GET, "/nothing", 404)] {
        let url = format!("{}/api/v1{path}", app.url);
        let answer = client().request(method, url).bearer_auth(key).send().await.unwrap();
        assert_eq!(answer.headers()["content-type"], "application/problem+json");
        assert_eq!(answer.status(), status);
    }
}
