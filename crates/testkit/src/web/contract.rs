//! A client of the API that checks every answer against the API's description.

use std::collections::BTreeSet;
use std::sync::Mutex;

use reqwest::header::HeaderMap;
use reqwest::{Client, Method, RequestBuilder};
use serde_json::{Map, Value, json};
use tokio::sync::OnceCell;

use super::described::{Described, DescribedOperation};
use crate::browser::client;

/// The base path of the API.
pub(super) const BASE: &str = "/api/v1";

/// The API with its description.
pub struct Contract {
    url: String,
    http: Client,
    /// Read when a test asks for it.
    document: OnceCell<Value>,
    /// What answers are compared with.
    described: OnceCell<Described>,
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
        Self {
            url: url.to_owned(),
            http: client(),
            document: OnceCell::new(),
            described: OnceCell::new(),
            answered: Mutex::default(),
        }
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
        let described = self.described.get_or_init(|| Described::of(async || self.document().await.clone())).await;
        let described = described.operation(method, path);
        let DescribedOperation { id, responses, schemas } =
            described.unwrap_or_else(|| panic!("{method} {path} is not described"));
        let place = format!("{method} {path} → {}", answer.status);
        let described = &responses[answer.status.to_string()];
        assert!(described.is_object(), "{place} is not described: {}", answer.body);
        match described["content"].as_object() {
            None => assert_eq!(answer.body, "", "{place} is described without a body"),
            Some(content) => check_body(&schemas, content, answer, &place),
        }
        self.answered.lock().unwrap().insert((id, answer.status));
    }
}

fn check_body(schemas: &Value, content: &Map<String, Value>, answer: &Answer, place: &str) {
    let kind = answer.header("content-type");
    let described = content.get(kind).unwrap_or_else(|| panic!("{place} comes as {kind}"));
    let schema = json!({ "allOf": [described["schema"]], "components": { "schemas": schemas } });
    let validator = jsonschema::draft202012::new(&schema).unwrap();
    // A body that is not JSON is described as text.
    let body = if kind.ends_with("json") { answer.json() } else { Value::String(answer.body.clone()) };
    let errors: Vec<_> =
        validator.iter_errors(&body).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert!(errors.is_empty(), "{place} is not as described: {errors:#?}\n{body:#}");
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
