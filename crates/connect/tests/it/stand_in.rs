//! A web server that answers by a closure and records the requests.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::response::Response;
use jiff::Timestamp;
use serde_json::Value;
use tessera_connect::Environment;
use tessera_core::kernel::clock::ManualClock;
use url::Url;

/// A received request.
#[derive(Debug, Clone)]
pub struct Seen {
    pub method: String,
    pub path: String,
    /// Percent-encoded.
    pub query: String,
    pub authorization: String,
    pub body: String,
}

impl Seen {
    /// The decoded value of a query parameter.
    pub fn param(&self, name: &str) -> Option<String> {
        url::form_urlencoded::parse(self.query.as_bytes())
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.into_owned())
    }

    pub fn page(&self) -> u32 {
        self.param("page").and_then(|page| page.parse().ok()).unwrap_or(1)
    }
}

/// An answer.
#[derive(Debug, Clone)]
pub struct Reply {
    pub status: u16,
    pub headers: Vec<(&'static str, String)>,
    pub body: String,
}

impl Reply {
    pub fn json(body: &Value) -> Self {
        Self { status: 200, headers: vec![("content-type", "application/json".to_owned())], body: body.to_string() }
    }

    pub fn status(status: u16) -> Self {
        Self { status, headers: Vec::new(), body: String::new() }
    }

    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// Adds a `Link` to a next page, as in plain lists.
    pub fn linked(self) -> Self {
        self.with("link", "<https://desk.example.com/api/v2/list?page=2>;rel=\"next\"")
    }
}

/// A running stand-in.
pub struct StandIn {
    pub url: Url,
    seen: Arc<Mutex<Vec<Seen>>>,
}

impl StandIn {
    /// Starts on a free port of the loopback interface; ends with the test's runtime.
    pub async fn start(answer: impl Fn(&Seen) -> Reply + Send + Sync + 'static) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = Url::parse(&format!("http://{}", listener.local_addr().unwrap())).unwrap();
        let seen = Arc::new(Mutex::new(Vec::new()));
        let (log, answer) = (Arc::clone(&seen), Arc::new(answer));
        let router = Router::new().fallback(move |request: Request| {
            let (log, answer) = (Arc::clone(&log), Arc::clone(&answer));
            async move {
                let seen = read(request).await;
                log.lock().unwrap().push(seen.clone());
                let reply = answer(&seen);
                let start = Response::builder().status(reply.status);
                let start = reply.headers.iter().fold(start, |response, (name, value)| response.header(*name, value));
                start.body(Body::from(reply.body)).unwrap()
            }
        });
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { url, seen }
    }

    /// All requests so far.
    pub fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }

    /// Number of requests for a path.
    pub fn count(&self, path: &str) -> usize {
        self.seen().iter().filter(|seen| seen.path == path).count()
    }
}

async fn read(request: Request) -> Seen {
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, 1 << 20).await.unwrap();
    let header = |name| parts.headers.get(name).map(|value| value.to_str().unwrap().to_owned()).unwrap_or_default();
    Seen {
        method: parts.method.to_string(),
        path: parts.uri.path().to_owned(),
        query: parts.uri.query().unwrap_or_default().to_owned(),
        authorization: header("authorization"),
        body: String::from_utf8_lossy(&body).into_owned(),
    }
}

/// Virtual time, starting at a round moment.
pub fn virtual_time() -> (Arc<ManualClock>, Environment) {
    let clock = Arc::new(ManualClock::new(start()));
    (Arc::clone(&clock), Environment::manual(clock))
}

/// Start of virtual time.
pub fn start() -> Timestamp {
    "2026-03-01T12:00:00Z".parse().unwrap()
}

/// A time this many seconds after the start.
pub fn after(seconds: i64) -> Timestamp {
    start() + jiff::SignedDuration::from_secs(seconds)
}
