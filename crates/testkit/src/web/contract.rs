//! A client of the API that checks every answer against the API's description.

use std::collections::BTreeSet;
use std::sync::Mutex;

use reqwest::header::HeaderMap;
use reqwest::{Client, Method, RequestBuilder};
use serde_json::{Map, Value, json};
use tokio::sync::OnceCell;

use crate::browser::client;

const BASE: &str = "/api/v1";

/// The API with its description.
pub struct Contract {
    url: String,
    http: Client,
    /// Read at the first call: half of a short test would be spent on it.
    document: OnceCell<Value>,
    answered: Mutex<BTreeSet<(String, u16)>>,
}

/// An answer of the API.
#[derive(Debug)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The unparsed body.
    pub body: String,
}

impl Answer {
    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.body))
    }

    /// A header. Empty if missing.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// Asserts that this is a problem with this status and code, and returns its detail.
    #[track_caller]
    pub fn problem(&self, status: u16, code: &str) -> String {
        let problem = self.json();
        assert_eq!((self.status, problem["code"].as_str().unwrap()), (status, code), "{problem}");
        problem["detail"].as_str().unwrap().to_owned()
    }
}

/// An operation of the description.
#[derive(Debug, Clone)]
pub struct Operation {
    /// Its id.
    pub id: String,
    /// Its method.
    pub method: Method,
    /// Path below the base path, with `{…}` for parameters.
    pub path: String,
    /// The name of its security scheme.
    pub scheme: String,
}

impl Contract {
    /// The API at this address.
    pub fn of(url: &str) -> Self {
        Self { url: url.to_owned(), http: client(), document: OnceCell::new(), answered: Mutex::default() }
    }

    /// The description.
    pub async fn document(&self) -> &Value {
        let read = async || {
            let document = self.http.get(format!("{}{BASE}/openapi.json", self.url)).send().await.unwrap();
            assert_eq!(document.headers()["content-type"], "application/json");
            let mut document: Value = document.json().await.unwrap();
            close(&mut document);
            document
        };
        self.document.get_or_init(read).await
    }

    /// All operations of the description.
    pub async fn operations(&self) -> Vec<Operation> {
        let mut operations = Vec::new();
        for (path, item) in self.document().await["paths"].as_object().unwrap() {
            for (method, operation) in item.as_object().unwrap().iter().filter(|(key, _)| *key != "parameters") {
                operations.push(Operation {
                    id: operation["operationId"].as_str().unwrap().to_owned(),
                    method: method.to_uppercase().parse().unwrap(),
                    path: path.strip_prefix(BASE).unwrap().to_owned(),
                    scheme: operation["security"][0].as_object().unwrap().keys().next().unwrap().clone(),
                });
            }
        }
        operations
    }

    /// The operations called so far, with the statuses of their answers.
    pub fn answered(&self) -> BTreeSet<(String, u16)> {
        self.answered.lock().unwrap().clone()
    }

    /// `GET` with a key or token.
    pub async fn get(&self, path: &str, credential: &str) -> Answer {
        self.send(Method::GET, path, |request| request.bearer_auth(credential)).await
    }

    /// `POST` with JSON.
    pub async fn post(&self, path: &str, credential: &str, body: Value) -> Answer {
        self.send(Method::POST, path, |request| request.bearer_auth(credential).json(&body)).await
    }

    /// `POST` without a body.
    pub async fn order(&self, path: &str, credential: &str) -> Answer {
        self.send(Method::POST, path, |request| request.bearer_auth(credential)).await
    }

    /// `DELETE`, with a JSON body if given.
    pub async fn delete(&self, path: &str, credential: &str, body: Option<Value>) -> Answer {
        self.send(Method::DELETE, path, |request| match &body {
            Some(body) => request.bearer_auth(credential).json(body),
            None => request.bearer_auth(credential),
        })
        .await
    }

    /// Sends any request. The answer must match the description.
    pub async fn send(
        &self,
        method: Method,
        path: &str,
        complete: impl FnOnce(RequestBuilder) -> RequestBuilder,
    ) -> Answer {
        let request = self.http.request(method.clone(), format!("{}{BASE}{path}", self.url));
        let response = complete(request).send().await.unwrap();
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let answer = Answer { status, headers, body: response.text().await.unwrap() };
        self.check(&method, path.split('?').next().unwrap(), &answer).await;
        answer
    }

    async fn check(&self, method: &Method, path: &str, answer: &Answer) {
        let (document, verb) = (self.document().await, method.as_str().to_lowercase());
        let described = document["paths"].as_object().unwrap().iter();
        let mut operations = described.filter(|(template, _)| fits(template.strip_prefix(BASE).unwrap(), path));
        let operation = operations.find_map(|(_, item)| item.get(&verb));
        let operation = operation.unwrap_or_else(|| panic!("{method} {path} is not described"));
        let place = format!("{method} {path} → {}", answer.status);
        let described = &operation["responses"][answer.status.to_string()];
        assert!(described.is_object(), "{place} is not described: {}", answer.body);
        match described["content"].as_object() {
            None => assert_eq!(answer.body, "", "{place} is described without a body"),
            Some(content) => check_body(document, content, answer, &place),
        }
        let id = operation["operationId"].as_str().unwrap().to_owned();
        self.answered.lock().unwrap().insert((id, answer.status));
    }
}

fn check_body(document: &Value, content: &Map<String, Value>, answer: &Answer, place: &str) {
    let kind = answer.header("content-type");
    let described = content.get(kind).unwrap_or_else(|| panic!("{place} comes as {kind}"));
    let mut schemas = Map::new();
    add_referenced(document, &described["schema"], &mut schemas);
    let schema = json!({ "allOf": [described["schema"]], "components": { "schemas": schemas } });
    let validator = jsonschema::draft202012::new(&schema).unwrap();
    // A body that is not JSON is described as text.
    let body = if kind.ends_with("json") { answer.json() } else { Value::String(answer.body.clone()) };
    let errors: Vec<_> =
        validator.iter_errors(&body).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert!(errors.is_empty(), "{place} is not as described: {errors:#?}\n{body:#}");
}

/// Adds the schemas to which a schema refers, directly or through others. Compiling all of the description for each answer takes longer
/// than the answer.
fn add_referenced(document: &Value, schema: &Value, schemas: &mut Map<String, Value>) {
    match schema {
        Value::Object(fields) => {
            let name =
                fields.get("$ref").and_then(Value::as_str).and_then(|to| to.strip_prefix("#/components/schemas/"));
            if let Some(name) = name
                && !schemas.contains_key(name)
            {
                let referenced = &document["components"]["schemas"][name];
                schemas.insert(name.to_owned(), referenced.clone());
                add_referenced(document, referenced, schemas);
            }
            fields.values().for_each(|field| add_referenced(document, field, schemas));
        }
        Value::Array(items) => items.iter().for_each(|item| add_referenced(document, item, schemas)),
        _ => {}
    }
}

/// Undescribed members are not allowed: closes every object schema with listed properties, unless it is part of an
/// `allOf`.
fn close(schema: &mut Value) {
    match schema {
        Value::Object(fields) => {
            for (key, value) in fields.iter_mut() {
                if key != "allOf" {
                    close(value);
                }
            }
            if fields.contains_key("properties") {
                fields.entry("additionalProperties").or_insert(Value::Bool(false));
            }
        }
        Value::Array(items) => items.iter_mut().for_each(close),
        _ => {}
    }
}

fn fits(template: &str, path: &str) -> bool {
    let (mut template, mut path) = (template.split('/'), path.split('/'));
    loop {
        match (template.next(), path.next()) {
            (None, None) => return true,
            (Some(expected), Some(found)) if expected.starts_with('{') && !found.is_empty() || expected == found => {}
            _ => return false,
        }
    }
}
