//! Bodies of requests: only an object is an object.

use reqwest::Method;
use testkit::{ADA, Operation, TestApp};

use super::authorization::{SOME_ID, path};
use super::messages::Gateway;

#[testkit::both_databases]
async fn h01_a_body_that_is_no_object_is_rejected_by_every_operation(app: TestApp) {
    let (gateway, token) = (Gateway::of_ada(&app).await, app.access_token(ADA.email).await);
    let mut asked = 0;
    for operation in app.api.operations().await {
        let method = operation.method.as_str().to_lowercase();
        let described = &app.api.document().await["paths"][format!("/api/v1{}", operation.path)][method];
        if described["requestBody"].is_null() {
            continue;
        }
        let operation = Operation { path: operation.path.replace("{line}", "1"), ..operation };
        let credential = match operation.scheme.as_str() {
            "bearer" => &token,
            "messageKey" => &gateway.key,
            _ => &app.api_key,
        };
        let path = path(&operation, SOME_ID);
        for body in ["[]", "[\"x\"]", "[\"none_of_these\"]", "[{}]", "[[]]", "\"x\"", "1", "true", "null"] {
            let answer = app.api.send(operation.method.clone(), &path, |request| {
                let request = request.bearer_auth(credential).header("content-type", "application/json");
                request.header("if-match", "\"1\"").header("idempotency-key", "the same").body(body)
            });
            let why = answer.await.problem(422, "invalid_body");
            let is_refused = why.contains("expected struct") || why.contains("expected internally tagged enum");
            assert!(is_refused, "{} {body}: {why}", operation.id);
        }
        asked += 1;
    }
    assert!(asked >= 10, "{asked} operations take a body");
    let jobs = app.api.get("/sweeps", &app.api_key).await.json();
    assert_eq!(jobs["items"], serde_json::json!([]), "nothing was begun");
}

#[testkit::both_databases]
async fn h01_a_byte_order_mark_before_a_body_is_skipped(app: TestApp) {
    for (path, body, status) in
        [("/places", "{\"name\":\"Roof\"}", 201), ("/sweeps", "{\"dry_run\":true,\"kinds\":[\"assets\"]}", 202)]
    {
        let answer = app.api.send(Method::POST, path, |request| {
            let request = request.bearer_auth(&app.api_key).header("content-type", "application/json");
            request.body(format!("\u{feff}{body}"))
        });
        assert_eq!(answer.await.status, status, "{path}");
    }
    app.leave_jobs();
}
