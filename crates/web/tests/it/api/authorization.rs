//! Authentication precedes everything else. The operations come from the API's own description, so a new one cannot be
//! missed.

use testkit::{ADA, Operation, TestApp};

pub(super) const SOME_ID: &str = "01890000-0000-7000-8000-000000000000";

#[testkit::both_databases]
async fn api_every_operation_authenticates_first(app: TestApp) {
    let operations = app.api.operations().await;
    assert!(operations.len() >= 19, "the description is there");
    for operation in &operations {
        // The missing key is reported before invalid ids and malformed bodies.
        for id in [SOME_ID, "nonsense"] {
            let (method, path) = (operation.method.clone(), path(operation, id));
            let answer = app.api.send(method, &path, |request| request.body("{")).await;
            answer.problem(401, "unauthorized");
            assert_eq!(answer.header("www-authenticate"), "Bearer", "{}", operation.id);
        }
    }
    for operation in &operations {
        for header in ["Bearer", "Bearer ", "Basic dGVzdDp0ZXN0", "Bearer tsk_wrong", "Bearer a.b.c"] {
            let (method, path) = (operation.method.clone(), path(operation, SOME_ID));
            let answer = app.api.send(method, &path, |request| request.header("authorization", header));
            answer.await.problem(401, "unauthorized");
        }
    }
}

#[testkit::both_databases]
async fn api_keys_and_tokens_are_not_interchangeable(app: TestApp) {
    let token = app.access_token(ADA.email).await;
    for operation in app.api.operations().await {
        let other = match operation.scheme.as_str() {
            "apiKey" => &token,
            "bearer" | "messageKey" => &app.api_key,
            unknown => panic!("{} is open to {unknown}", operation.id),
        };
        let path = path(&operation, SOME_ID);
        let answer = app.api.send(operation.method, &path, |request| request.bearer_auth(other));
        answer.await.problem(401, "unauthorized");
    }
}

pub(super) fn path(operation: &Operation, id: &str) -> String {
    let segments = operation.path.split('/').map(|segment| if segment.starts_with('{') { id } else { segment });
    segments.collect::<Vec<_>>().join("/")
}
