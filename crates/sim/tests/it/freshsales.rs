//! Tests of the Freshsales stand-in, over HTTP.

#![expect(clippy::unwrap_used, reason = "a test stops where its ground gives way")]

mod accounts;
mod contacts;
mod deals;
mod finding;
mod lists;
mod operation;
mod routes;

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use http::{Method, StatusCode};
use jiff::Timestamp;
use reqwest::{Client, RequestBuilder, Response};
use serde_json::{Value, json};
use tessera_sim::clock::Clock;
use tessera_sim::freshsales::{Freshsales, Options, Plan};
use tessera_sim::server::Running;
use tessera_sim::world::World;

const KEY: &str = "test-key";
const BASE: &str = "/crm/sales/api";

/// A served stand-in, with a clock that the test moves.
struct Crm {
    running: Running,
    stand_in: Freshsales,
    clock: Clock,
    client: Client,
}

/// The answer to a call.
#[derive(Debug)]
struct Answer {
    status: StatusCode,
    retry_after: Option<String>,
    body: Value,
}

fn options() -> Options {
    let start: Timestamp = "2026-06-01T10:00:00Z".parse().unwrap();
    Options {
        api_key: KEY.to_owned(),
        plan: Plan::Unlimited,
        lookup_lag: Duration::ZERO,
        clock: Clock::manual(start),
        ..Options::default()
    }
}

impl Crm {
    async fn start(options: Options) -> Self {
        let clock = options.clock.clone();
        let stand_in = Freshsales::new(options).unwrap();
        let listener = Running::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))).await.unwrap();
        let running = Running::serve(listener, stand_in.router()).unwrap();
        let client = Client::builder().timeout(Duration::from_secs(20)).build().unwrap();
        Self { running, stand_in, clock, client }
    }

    /// Starts a stand-in with the demo world.
    async fn with_world(options: Options) -> (Self, World) {
        let crm = Self::start(options).await;
        let world = World::demo(120, 7);
        crm.stand_in.load(&world);
        (crm, world)
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, format!("{}{path}", self.running.url()))
    }

    async fn call(&self, method: Method, path: &str, body: Option<Value>) -> Answer {
        let request =
            self.request(method, &format!("{BASE}{path}")).header("Authorization", format!("Token token={KEY}"));
        let request = match body {
            Some(body) => request.json(&body),
            None => request,
        };
        Answer::read(request.send().await.unwrap()).await
    }

    async fn get(&self, path: &str) -> Answer {
        self.call(Method::GET, path, None).await
    }

    async fn post(&self, path: &str, body: Value) -> Answer {
        self.call(Method::POST, path, Some(body)).await
    }

    async fn put(&self, path: &str, body: Value) -> Answer {
        self.call(Method::PUT, path, Some(body)).await
    }

    async fn delete(&self, path: &str) -> Answer {
        self.call(Method::DELETE, path, None).await
    }

    /// Creates a contact and returns its id.
    async fn contact(&self, email: &str) -> u64 {
        let answer = self.post("/contacts", json!({ "contact": { "first_name": "Ana", "email": email } })).await;
        answer.ok()["contact"]["id"].as_u64().unwrap()
    }

    /// The ids found by a lookup by e-mail.
    async fn lookup(&self, email: &str) -> Vec<u64> {
        let answer = self.get(&format!("/lookup?q={email}&f=email&entities=contact")).await;
        ids(&answer.ok()["contacts"]["contacts"])
    }
}

impl Answer {
    async fn read(response: Response) -> Self {
        let status = response.status();
        let header = response.headers().get("Retry-After");
        let retry_after = header.map(|value| value.to_str().unwrap().to_owned());
        let text = response.text().await.unwrap();
        Self { status, retry_after, body: serde_json::from_str(&text).unwrap_or(Value::String(text)) }
    }

    #[track_caller]
    fn ok(self) -> Value {
        assert_eq!(self.status, StatusCode::OK, "{}", self.body);
        self.body
    }

    /// The messages of an error, after checking its format.
    #[track_caller]
    fn refused(self, status: u16) -> Vec<String> {
        assert_eq!(self.status.as_u16(), status, "{}", self.body);
        assert_eq!(self.body["errors"]["code"], status);
        serde_json::from_value(self.body["errors"]["message"].clone()).unwrap()
    }
}

fn ids(rows: &Value) -> Vec<u64> {
    rows.as_array().expect("a list").iter().map(|row| row["id"].as_u64().expect("an id")).collect()
}
