//! Tests of the Freshservice stand-in: every rule of the API that matters to the hub.

mod account;
mod assets;
mod gate;
mod page;
mod requesters;
mod routes;
mod tickets;
mod workflow;

use std::time::Duration;

use jiff::Timestamp;
use reqwest::{Client, Method, Response};
use serde_json::{Value, json};
use tessera_sim::clock::Clock;
use tessera_sim::freshservice::{Freshservice, Options, Plan};
use tessera_sim::server::Running;
use tessera_sim::world::{Person, World};

pub const KEY: &str = "key-of-the-tests";
/// The full minute at which every test starts.
pub const START: i64 = 1_800_000_000;
pub const ADA: u64 = 21_000_418_006;
pub const BEN: u64 = 21_000_418_009;

/// A service desk on loopback, with a clock that the test moves.
pub struct Desk {
    pub service: Freshservice,
    pub server: Running,
    client: Client,
    clock: Clock,
}

/// A desk without rate limits, with two people, one device each, and one device in stock.
pub async fn desk() -> Desk {
    desk_with(Options { plan: Plan::Unlimited, ..Options::default() }).await
}

pub async fn desk_with(options: Options) -> Desk {
    desk_of(options, &world()).await
}

pub async fn desk_of(options: Options, world: &World) -> Desk {
    let clock = Clock::manual(Timestamp::from_second(START).expect("a time in range"));
    let service = Freshservice::new(Options { api_key: KEY.to_owned(), clock: clock.clone(), ..options })
        .expect("a service desk");
    service.load(world);
    let listener = Running::bind("127.0.0.1:0".parse().expect("an address")).await.expect("a port");
    let server = Running::serve(listener, service.router()).expect("a server");
    let client = Client::builder().no_proxy().build().expect("a client");
    Desk { service, server, client, clock }
}

pub fn world() -> World {
    World {
        people: vec![
            person(ADA, "Ada", "Example", Some("ada@example.com"), &["SN-0001"]),
            person(BEN, "Ben", "Sample", Some("ben@example.org"), &["SN-0002"]),
        ],
        stock: vec!["SN-0900".to_owned()],
    }
}

pub fn person(id: u64, first: &str, last: &str, email: Option<&str>, devices: &[&str]) -> Person {
    Person {
        first_name: first.to_owned(),
        last_name: last.to_owned(),
        email: email.map(str::to_owned),
        phone: format!("+27 55 {}", id % 100_000),
        address: "1 Sample Street, Exampleton".to_owned(),
        requester_id: id,
        contact_ids: Vec::new(),
        password: None,
        devices: devices.iter().map(|serial| (*serial).to_owned()).collect(),
        other_assets: Vec::new(),
    }
}

impl Desk {
    pub fn pass(&self, seconds: u64) {
        self.clock.advance(Duration::from_secs(seconds));
    }

    pub fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        self.client.request(method, format!("{}{path}", self.server.url())).basic_auth(KEY, Some("X"))
    }

    pub fn anonymous(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        self.client.request(method, format!("{}{path}", self.server.url()))
    }

    pub async fn ask(&self, path: &str) -> Response {
        self.request(Method::GET, &format!("/api/v2{path}")).send().await.expect("an answer")
    }

    pub async fn get(&self, path: &str) -> Value {
        let response = self.ask(path).await;
        assert_eq!(response.status(), 200, "{path}");
        response.json().await.expect("JSON")
    }

    pub async fn send(&self, method: Method, path: &str, body: &Value) -> (u16, Value) {
        let request = self.request(method, &format!("/api/v2{path}"));
        let request = if body.is_null() { request } else { request.json(body) };
        let response = request.send().await.expect("an answer");
        let status = response.status().as_u16();
        let text = response.text().await.expect("a body");
        (status, serde_json::from_str(&text).unwrap_or(Value::Null))
    }

    pub async fn put(&self, path: &str, body: Value) -> (u16, Value) {
        self.send(Method::PUT, path, &body).await
    }

    pub async fn post(&self, path: &str, body: Value) -> (u16, Value) {
        self.send(Method::POST, path, &body).await
    }

    pub async fn delete(&self, path: &str) -> u16 {
        self.send(Method::DELETE, path, &Value::Null).await.0
    }

    /// Display ids of the assets that match a filter.
    pub async fn filtered(&self, filter: &str) -> Vec<u64> {
        let encoded: String = url::form_urlencoded::byte_serialize(format!("\"{filter}\"").as_bytes()).collect();
        numbers(&self.get(&format!("/assets?filter={encoded}")).await["assets"], "display_id")
    }

    /// Ids of the requesters that match a query.
    pub async fn queried(&self, query: &str) -> Vec<u64> {
        let encoded: String = url::form_urlencoded::byte_serialize(format!("\"{query}\"").as_bytes()).collect();
        numbers(&self.get(&format!("/requesters?query={encoded}")).await["requesters"], "id")
    }

    pub async fn switch_on(&self, fault: Value) {
        let response = self.anonymous(Method::POST, "/_sim/faults").json(&fault).send().await.expect("an answer");
        assert_eq!(response.status(), 201);
    }
}

/// A numeric field of all rows.
pub fn numbers(rows: &Value, field: &str) -> Vec<u64> {
    rows.as_array().expect("a list").iter().map(|row| row[field].as_u64().expect("a number")).collect()
}

/// The fields and codes of a validation error.
pub fn complaints(body: &Value) -> Vec<(String, String)> {
    assert_eq!(body["description"], "Validation failed");
    let text = |value: &Value| value.as_str().expect("text").to_owned();
    let errors = body["errors"].as_array().expect("a list");
    errors.iter().map(|error| (text(&error["field"]), text(&error["code"]))).collect()
}

pub fn complaint(field: &str, code: &str) -> (String, String) {
    (field.to_owned(), code.to_owned())
}

pub fn no_body() -> Value {
    json!(null)
}
