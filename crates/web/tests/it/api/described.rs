//! What the server refuses of a request, its description says.

use reqwest::Method;
use serde_json::{Value, json};
use testkit::{ADA, TestApp};

use super::authorization::{SOME_ID, path};
use super::messages::Gateway;

/// Parameters with a form of their own, which their description states in words.
const WITH_A_FORM: [&str; 3] = ["cursor", "record", "email"];

/// Whether the description lets a value be any text, but for its length.
fn is_any_text(schema: &Value) -> bool {
    let is_text =
        schema["type"] == "string" || schema["type"].as_array().is_some_and(|types| types.contains(&"string".into()));
    is_text && ["enum", "format", "pattern"].iter().all(|bound| schema.get(bound).is_none())
}

#[testkit::both_databases]
async fn h01_what_the_server_refuses_of_a_parameter_the_description_says(app: TestApp) {
    let (gateway, token) = (Gateway::of_ada(&app).await, app.access_token(ADA.email).await);
    assert_eq!(app.api.document().await["servers"][0]["url"], "/");
    let (mut limits, mut texts) = (0, 0);
    for operation in app.api.operations().await.into_iter().filter(|operation| operation.method == Method::GET) {
        let described = &app.api.document().await["paths"][format!("/api/v1{}", operation.path)]["get"];
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
            let needed = parameters.iter().filter(|other| other["required"] == true && other["name"] != *name);
            let needed = needed.filter(|other| other["in"] == "query").map(|other| {
                format!("&{}={}", other["name"].as_str().unwrap(), other["schema"]["enum"][0].as_str().unwrap_or("1"))
            });
            let needed: String = needed.collect();
            let is_refused = async |value: &str| {
                let path = format!("{asked}?{name}={value}{needed}");
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

#[testkit::both_databases]
async fn h01_what_the_server_refuses_of_a_texts_length_the_description_says(app: TestApp) {
    let mut bounded = 0;
    for (path, schema) in [("/places", "NewPlace"), ("/contacts", "NewContact"), ("/persons", "NewPerson")] {
        let properties = app.api.document().await["components"]["schemas"][schema]["properties"].as_object().unwrap();
        for (name, property) in properties.iter().filter(|(_, property)| is_any_text(property)) {
            let longest = property["maxLength"].as_u64().map(|longest| usize::try_from(longest).unwrap());
            let send = async |length: usize| {
                let mut body = json!({ "name": "Jo" });
                body[name] = json!("a".repeat(length));
                app.api.post(path, &app.api_key, body).await.status
            };
            match longest {
                None => assert_eq!(send(5000).await, 201, "{path} {name} has no bound"),
                Some(longest) => {
                    bounded += 1;
                    assert_eq!(send(longest + 1).await, 422, "{path} {name}");
                    // An address and a telephone number have a form, too.
                    assert!(["email", "phone"].contains(&name.as_str()) || send(longest).await == 201, "{path} {name}");
                }
            }
        }
    }
    assert_eq!(bounded, 7);
}
