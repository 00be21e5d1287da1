//! The line between a platform and a vendor, which loses calls and answers.

use std::collections::{BTreeMap, VecDeque};
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::to_bytes;
use axum::extract::{Request, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use tessera_sim::scripted_vendor::silence;
use tessera_sim::server::Running;

/// Maximum size of a body.
const MAX_BODY_SIZE: usize = 1 << 20;

/// What is lost of a call. The vendor has carried it out if only the answer is lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lost {
    Nothing,
    Call,
    Answer,
}

/// A running line.
pub struct Line {
    ends: Ends,
    server: Running,
}

#[derive(Clone)]
struct Ends {
    vendor: String,
    lost: Arc<Mutex<BTreeMap<String, VecDeque<Lost>>>>,
}

impl Line {
    /// A line to the vendor at this URL.
    pub async fn to(vendor: &str) -> Self {
        let ends = Ends { vendor: vendor.to_owned(), lost: Arc::default() };
        let listener = Running::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))).await.unwrap();
        let server = Running::serve(listener, Router::new().fallback(pass).with_state(ends.clone())).unwrap();
        Self { ends, server }
    }

    /// The URL at which the platform calls the vendor.
    pub fn url(&self) -> String {
        self.server.url()
    }

    /// What is lost of the next calls of an operation. After them, nothing is lost.
    pub fn lose(&self, operation: &str, lost: impl IntoIterator<Item = Lost>) {
        self.ends.lost.lock().unwrap().entry(operation.to_lowercase()).or_default().extend(lost);
    }

    /// Loses nothing from now on.
    pub fn mend(&self) {
        self.ends.lost.lock().unwrap().clear();
    }

    /// Whether everything was lost that was to be lost.
    pub fn is_mended(&self) -> bool {
        self.ends.lost.lock().unwrap().values().all(VecDeque::is_empty)
    }
}

impl Ends {
    fn next(&self, path: &str) -> Lost {
        let operation = path.rsplit('/').next().unwrap_or_default().to_lowercase();
        let next = self.lost.lock().unwrap().get_mut(&operation).and_then(VecDeque::pop_front);
        next.unwrap_or(Lost::Nothing)
    }
}

async fn pass(State(ends): State<Ends>, request: Request) -> Response {
    let (mut parts, body) = request.into_parts();
    let lost = ends.next(parts.uri.path());
    if lost == Lost::Call {
        return silence();
    }
    parts.headers.remove(header::HOST);
    parts.headers.remove(header::CONTENT_LENGTH);
    let body = to_bytes(body, MAX_BODY_SIZE).await.unwrap();
    let call = testkit::client().request(parts.method, format!("{}{}", ends.vendor, parts.uri));
    let answer = call.headers(parts.headers).body(body).send().await.unwrap();
    let (status, kind) = (answer.status(), answer.headers()[header::CONTENT_TYPE].clone());
    let body = answer.bytes().await.unwrap();
    if lost == Lost::Answer { silence() } else { (status, [(header::CONTENT_TYPE, kind)], body).into_response() }
}
