//! What the server refuses of a request, its description says.

use reqwest::Method;
use serde_json::Value;
use testkit::{ADA, TestApp};

use super::authorization::{SOME_ID, path};
use super::messages::Gateway;

/// Parameters with a form of their own, which their description states in words.
const WITH_A_FORM: [&str; 3] = ["cursor", "record", "email"];

/// Whether the description lets a parameter be any text.
fn is_any_text(schema: &Value) -> bool {
    let is_text =
        schema["type"] == "string" || schema["type"].as_array().is_some_and(|types| types.contains(&"string".into()));
    is_text && ["enum", "format", "pattern"].iter().all(|bound| schema.get(bound).is_none())
}

#[testkit::both_databases]
async fn h01_what_the_server_refuses_of_a_parameter_the_description_says(app: TestApp) {
    let (gateway, token) = (Gateway::of_ada(&app).await, app.access_token(ADA.email).await);
    assert_eq!(app.api.document()["servers"][0]["url"], "/");
    let (mut limits, mut texts) = (0, 0);
    for operation in app.api.operations().into_iter().filter(|operation| operation.method == Method::GET) {
        let described = &app.api.document()["paths"][format!("/api/v1{}", operation.path)]["get"];
        let credential = match operation.scheme.as_str() {
            "bearer" => &token,
            "messageKey" => &gateway.key,
            _ => &app.api_key,
        };
        let asked = path(&operation, SOME_ID);
        // What is not found is not judged further.
        let is_found = !operation.path.contains('{');
        let parameters = described["parameters"].as_array().cloned().unwrap_or_default();
        for parameter in parameters.iter().filter(|parameter| parameter["in"] == "query") {
            let (name, schema) = (parameter["name"].as_str().unwrap(), &parameter["schema"]);
            let is_refused = async |value: &str| {
                let path = format!("{asked}?{name}={value}");
                app.api.send(Method::GET, &path, |request| request.bearer_auth(credential)).await.status == 400
            };
            if name == "limit" {
                limits += 1;
                assert_eq!((&schema["minimum"], &schema["maximum"]), (&1.into(), &200.into()), "{}", operation.id);
                for (value, expected) in [("0", true), ("1", false), ("200", false), ("201", true)] {
                    assert!(!is_found || is_refused(value).await == expected, "{} limit={value}", operation.id);
                }
            } else if is_found && is_any_text(schema) && !WITH_A_FORM.contains(&name) {
                texts += 1;
                assert!(!is_refused("none_of_these").await, "{}: {name} is not any text", operation.id);
            }
        }
    }
    assert!(limits > 10 && texts > 3, "{limits} limits, {texts} texts");
}
