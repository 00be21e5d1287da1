//! Retries of write requests whose answer was lost.

use reqwest::Method;
use serde_json::json;
use testkit::{ADA, BEN, Colleague, TestApp};

use crate::api::device_writes::{id_of, in_desk, new_device, outcome, put, swept};

#[testkit::both_databases]
async fn a08_a09_a_repeated_device_write_gets_the_first_answer_after_it_was_done(app: TestApp) {
    app.activated(ADA).await;
    swept(&app).await;
    let device = id_of(&app, "HIB-A1").await;
    let order = json!({ "requester_id": BEN.requester, "expected_requester_id": ADA.requester });
    let first = put(&app, &device, order.clone(), Some("one")).await;
    assert_eq!(outcome(&app, &first).await["state"], "done");
    let again = put(&app, &device, order, Some("one")).await;
    assert_eq!((again.status, &again.json()["id"]), (202, &first.json()["id"]), "{}", again.body);
    assert_eq!(again.json()["state"], "done");

    // By now, another person has the device and must not lose it to the repeated request.
    let order = json!({ "requester_id": ADA.requester });
    let first = put(&app, &device, order.clone(), Some("two")).await;
    assert_eq!(outcome(&app, &first).await["state"], "done");
    assert_eq!(outcome(&app, &put(&app, &device, json!({ "requester_id": null }), None).await).await["state"], "done");
    let again = put(&app, &device, order, Some("two")).await;
    assert_eq!((again.status, &again.json()["id"]), (202, &first.json()["id"]), "{}", again.body);
    outcome(&app, &again).await;
    assert!(in_desk(&app, &device).await["user_id"].is_null(), "nothing was sent again");

    let make = |serial: &'static str| {
        let send = move |request: reqwest::RequestBuilder, key: &str| {
            request.bearer_auth(key).header("idempotency-key", "three").json(&new_device(serial))
        };
        let key = app.api_key.clone();
        let api = &app.api;
        async move { api.send(Method::POST, "/devices", |request| send(request, &key)).await }
    };
    let first = make("TWICE-1").await;
    assert_eq!(outcome(&app, &first).await["state"], "done");
    let again = make("TWICE-1").await;
    assert_eq!((again.status, &again.json()["id"]), (202, &first.json()["id"]), "{}", again.body);
    make("TWICE-2").await.problem(422, "idempotency_key_reused");
}

#[testkit::both_databases]
async fn a09_an_empty_holder_does_not_unassign_a_device(app: TestApp) {
    app.activated(ADA).await;
    swept(&app).await;
    let device = id_of(&app, "HIB-A1").await;
    let mut agnes = Colleague::signed_in(&app).await;
    let page = format!("/devices/{device}");
    let unassign = agnes.open(&page).await;
    assert!(unassign.body.contains(r#"name="stock" value="true""#), "{}", unassign.body);
    for to in [&[("expected", "1001"), ("to", " ")][..], &[("expected", "1001")][..]] {
        agnes.post(&format!("{page}/hand"), to).await.says(&["whom it goes to"]);
        app.hub.run_pending().await;
        assert_eq!(in_desk(&app, &device).await["user_id"], 1001);
    }
    agnes.post(&format!("{page}/hand"), &[("expected", "1001"), ("stock", "true")]).await;
    app.hub.run_pending().await;
    assert!(in_desk(&app, &device).await["user_id"].is_null());
}
