//! What the server refuses of a request, its description says; and what the description bounds, the server refuses.

use reqwest::Method;
use serde_json::{Map, Value, json};
use testkit::{ADA, Operation, TestApp};

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
    assert_eq!(bounded, 8);
}

/// What a value of a request can be too much of.
enum Bound {
    Length(usize),
    Items(usize),
    Members(usize),
}

impl Bound {
    /// A value one beyond the bound, and how the bound reads.
    fn beyond(&self) -> (Value, String) {
        match self {
            Self::Length(most) => (json!("a".repeat(most + 1)), format!("{most} characters")),
            Self::Items(most) => (json!(vec![Value::Null; most + 1]), format!("{most} items")),
            Self::Members(most) => {
                let members: Map<_, _> = (0..=*most).map(|n| (format!("key{n}"), json!(""))).collect();
                (Value::Object(members), format!("{most} members"))
            }
        }
    }
}

/// A text, list or map in a body.
struct Place {
    path: String,
    bound: Option<Bound>,
    /// A body with `null` where it is.
    around: Value,
    pointer: String,
}

impl Place {
    fn with(&self, value: Value) -> Value {
        let mut body = self.around.clone();
        *body.pointer_mut(&self.pointer).unwrap() = value;
        body
    }
}

/// Whether values of a schema can be of this type.
fn is(schema: &Value, kind: &str) -> bool {
    schema["type"] == kind || schema["type"].as_array().is_some_and(|kinds| kinds.contains(&kind.into()))
}

/// The description, in which references are followed.
#[derive(Clone, Copy)]
struct Description<'a>(&'a Value);

impl<'a> Description<'a> {
    fn resolved(self, schema: &'a Value) -> &'a Value {
        match schema["$ref"].as_str() {
            Some(reference) => self.resolved(self.0.pointer(reference.trim_start_matches('#')).unwrap()),
            None => schema,
        }
    }

    /// A value of a schema. An object has only the members that are required.
    fn sample(self, schema: &'a Value) -> Value {
        let schema = self.resolved(schema);
        if let Some(alternatives) = ["oneOf", "anyOf"].iter().find_map(|of| schema[*of].as_array()) {
            return self.sample(alternatives.iter().find(|one| one["type"] != "null").unwrap());
        }
        match schema["format"].as_str() {
            _ if schema["enum"].is_array() => schema["enum"][0].clone(),
            _ if is(schema, "object") => {
                let required = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str);
                required.map(|name| (name.to_owned(), self.sample(&schema["properties"][name]))).collect()
            }
            _ if is(schema, "array") => json!([]),
            Some("uuid") => json!(SOME_ID),
            Some("date-time") => json!("2026-05-31T12:00:00Z"),
            _ if is(schema, "string") => schema.get("example").cloned().unwrap_or_else(|| json!("x")),
            _ if is(schema, "boolean") => json!(true),
            _ => json!(1),
        }
    }

    /// Every text, list and map within a schema, which is at `path` and `pointer` of a body.
    fn places(self, schema: &'a Value, path: &str, pointer: &str, around: &Value) -> Vec<Place> {
        let schema = self.resolved(schema);
        let most = |bound: &str| schema[bound].as_u64().map(|most| usize::try_from(most).unwrap());
        let mut places = Vec::new();
        let mut add = |bound: Option<Bound>| {
            let (path, pointer) = (path.to_owned(), pointer.to_owned());
            places.push(Place { path, bound, around: around.clone(), pointer });
        };
        let put = |value: Value| {
            let mut around = around.clone();
            *around.pointer_mut(pointer).unwrap() = value;
            around
        };
        if is(schema, "string") && schema["enum"].is_null() && schema["format"].is_null() {
            add(most("maxLength").map(Bound::Length));
        }
        if is(schema, "array") {
            add(most("maxItems").map(Bound::Items));
            let around = put(json!([null]));
            places.extend(self.places(&schema["items"], &format!("{path}[0]"), &format!("{pointer}/0"), &around));
        } else if schema["additionalProperties"].is_object() {
            add(most("maxProperties").map(Bound::Members));
            let (around, of) = (put(json!({ "key": null })), &schema["additionalProperties"]);
            places.extend(self.places(of, &format!("{path}.key"), &format!("{pointer}/key"), &around));
        }
        for one in ["oneOf", "anyOf", "allOf"].iter().filter_map(|of| schema[*of].as_array()).flatten() {
            places.extend(self.places(one, path, pointer, around));
        }
        for (name, property) in schema["properties"].as_object().into_iter().flatten() {
            let mut object = self.sample(schema);
            object[name] = Value::Null;
            let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
            places.extend(self.places(property, &path, &format!("{pointer}/{name}"), &put(object)));
        }
        places
    }
}

/// A path of an operation, with a value for one parameter.
fn path_with(operation: &Operation, name: &str, value: &str) -> String {
    let segments = operation.path.split('/').map(|segment| match segment {
        "{line}" => "1",
        _ if segment.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) == Some(name) => value,
        _ if segment.starts_with('{') => SOME_ID,
        _ => segment,
    });
    segments.collect::<Vec<_>>().join("/")
}

#[testkit::both_databases]
async fn h01_every_text_list_and_map_of_a_body_has_a_bound_that_the_server_enforces(app: TestApp) {
    let (gateway, token) = (Gateway::of_ada(&app).await, app.access_token(ADA.email).await);
    let document = app.api.document().await;
    let (mut unbounded, mut enforced) = (Vec::new(), 0);
    for operation in app.api.operations().await {
        let credential = match operation.scheme.as_str() {
            "bearer" => &token,
            "messageKey" => &gateway.key,
            _ => &app.api_key,
        };
        let method = operation.method.as_str().to_lowercase();
        let described = &document["paths"][format!("/api/v1{}", operation.path)][method];
        let body = &described["requestBody"]["content"]["application/json"]["schema"];
        let places = if body.is_null() { Vec::new() } else { Description(document).places(body, "", "", &Value::Null) };
        for place in places {
            let Some(bound) = &place.bound else {
                unbounded.push(format!("{} {}", operation.id, place.path));
                continue;
            };
            let (value, most) = bound.beyond();
            let asked = path_with(&operation, "", "");
            let answer = app.api.send(operation.method.clone(), &asked, |request| {
                request.bearer_auth(credential).json(&place.with(value))
            });
            let detail = answer.await.problem(422, "invalid_body");
            assert_eq!(detail, format!("`{}` has more than {most}", place.path), "{}", operation.id);
            enforced += 1;
        }
    }
    assert!(unbounded.is_empty(), "without a bound: {unbounded:#?}");
    assert!(enforced > 100, "{enforced}");
    app.leave_jobs();
}

#[testkit::both_databases]
async fn h01_every_text_among_the_parameters_has_a_bound_that_the_server_enforces(app: TestApp) {
    let (gateway, token) = (Gateway::of_ada(&app).await, app.access_token(ADA.email).await);
    let document = app.api.document().await;
    let (mut unbounded, mut enforced) = (Vec::new(), 0);
    for operation in app.api.operations().await {
        let credential = match operation.scheme.as_str() {
            "bearer" => &token,
            "messageKey" => &gateway.key,
            _ => &app.api_key,
        };
        let method = operation.method.as_str().to_lowercase();
        let described = &document["paths"][format!("/api/v1{}", operation.path)][method];
        let body = &described["requestBody"]["content"]["application/json"]["schema"];
        let body = if body.is_null() { json!({}) } else { Description(document).sample(body) };
        for parameter in described["parameters"].as_array().into_iter().flatten() {
            let (name, schema) = (parameter["name"].as_str().unwrap(), &parameter["schema"]);
            let schema = Description(document).resolved(schema);
            if !is(schema, "string") || schema["enum"].is_array() || schema["format"].is_string() {
                continue;
            }
            let Some(most) = schema["maxLength"].as_u64() else {
                unbounded.push(format!("{} {name}", operation.id));
                continue;
            };
            let long = "a".repeat(usize::try_from(most).unwrap() + 1);
            let asked = match parameter["in"].as_str().unwrap() {
                "query" => format!("{}?{name}={long}", path_with(&operation, "", "")),
                "path" => path_with(&operation, name, &long),
                _ => path_with(&operation, "", ""),
            };
            let answer = app.api.send(operation.method.clone(), &asked, |request| {
                let request = request.bearer_auth(credential).json(&body);
                if parameter["in"] == "header" { request.header(name, &long) } else { request }
            });
            let detail = answer.await.problem(400, "invalid_parameter").to_lowercase();
            assert!(detail.contains(&format!("`{name}`")) && detail.contains(&most.to_string()), "{detail}");
            enforced += 1;
        }
    }
    assert!(unbounded.is_empty(), "without a bound: {unbounded:#?}");
    assert!(enforced > 30, "{enforced}");
    app.leave_jobs();
}
