//! A typical marketplace vendor of another company: small, in memory, with the faults that such vendors are known to
//! have.
//!
//! Without faults it conforms to the account contract. Each fault breaks only the rules it is about, so that the check
//! of vendors can be tested.

mod fault;
mod model;
mod wire;

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

pub use fault::Fault;
use model::{Customers, Refused};

/// Maximum accepted body size, in bytes.
const LIMIT: usize = 1024 * 1024;
/// Maximum size of a body that is read and discarded, in bytes.
const MAX_BODY_SIZE: usize = 64 * 1024 * 1024;

/// The vendor.
#[derive(Debug, Clone)]
pub struct Vendor(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    application_id: String,
    api_key: String,
    faults: BTreeSet<Fault>,
    customers: Mutex<Customers>,
}

/// Application id accepted by every stand-in.
pub const APPLICATION_ID: &str = "5f2b3c1e-7a64-4d0b-9d53-3a7c1f0e2b90";
/// The API key of the application.
pub const API_KEY: &str = "c3RhbmQtaW4gdmVuZG9yIGtleQ==";

impl Vendor {
    /// Creates a vendor with these faults.
    pub fn new(faults: impl IntoIterator<Item = Fault>) -> Self {
        let inner = Inner {
            application_id: APPLICATION_ID.to_owned(),
            api_key: API_KEY.to_owned(),
            faults: faults.into_iter().collect(),
            customers: Mutex::default(),
        };
        Self(Arc::new(inner))
    }

    /// The router.
    pub fn router(&self) -> Router {
        Router::new().fallback(answer).with_state(self.clone())
    }

    /// Number of customers.
    pub fn customers(&self) -> usize {
        self.lock().count()
    }

    /// Creates a customer that no marketplace has asked for, and returns its id.
    pub fn add_customer(&self, domain: &str) -> String {
        self.lock().make(self, "", domain)
    }

    fn has(&self, fault: Fault) -> bool {
        self.0.faults.contains(&fault)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Customers> {
        self.0.customers.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn lets_in(&self, headers: &HeaderMap) -> bool {
        let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
        if self.has(Fault::LetsEverybodyIn) {
            return true;
        }
        let key = STANDARD.decode(header("x-cloudplatform-apikey")).unwrap_or_default();
        header("x-cloudplatform-applicationid").eq_ignore_ascii_case(&self.0.application_id)
            && key == self.0.api_key.as_bytes()
    }
}

async fn answer(State(vendor): State<Vendor>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let path = parts.uri.path();
    let operation = path.strip_prefix("/API/Accounts/").or_else(|| {
        let same = path.get(..14).is_some_and(|prefix| prefix.eq_ignore_ascii_case("/api/accounts/"));
        path.get(14..).filter(|_| same && !vendor.has(Fault::MindsLetterCase))
    });
    let Some(operation) = operation.map(str::to_lowercase) else { return StatusCode::NOT_FOUND.into_response() };
    if vendor.has(Fault::MindsAccept) && parts.headers.get("accept").is_some_and(|accept| accept != "application/json")
    {
        return StatusCode::NOT_ACCEPTABLE.into_response();
    }
    if !vendor.lets_in(&parts.headers) {
        if vendor.has(Fault::AnswersUnauthorized) {
            return StatusCode::UNAUTHORIZED.into_response();
        }
        let code = if vendor.has(Fault::TellsCustomersOfKeys) { -80_001 } else { -1 };
        return wire::refusal(&vendor, &Refused { code, message: "not authorized".to_owned() });
    }
    let body = match read(body, &vendor).await {
        Ok(body) => body,
        Err(response) => return response,
    };
    match (parts.method, operation.as_str()) {
        (Method::GET, "syncoptions") => wire::options(&vendor).into_response(),
        (Method::POST, operation @ ("synchronize" | "exists" | "delete")) => order(&vendor, operation, &body).await,
        _ => wire::refusal(&vendor, &Refused { code: -2, message: "no such operation".to_owned() }),
    }
}

/// Reads a body. A larger one is read completely and rejected, so that the client receives the answer.
async fn read(body: Body, vendor: &Vendor) -> Result<Bytes, Response> {
    let whole = axum::body::to_bytes(body, MAX_BODY_SIZE).await.unwrap_or_default();
    if whole.len() <= LIMIT {
        return Ok(whole);
    }
    if vendor.has(Fault::ChokesOnLargeBodies) {
        return Err(StatusCode::PAYLOAD_TOO_LARGE.into_response());
    }
    Err(wire::refusal(vendor, &Refused { code: -3, message: "too large".to_owned() }))
}

async fn order(vendor: &Vendor, operation: &str, body: &[u8]) -> Response {
    let body: Value = match serde_json::from_slice(body) {
        Ok(Value::Object(members)) => Value::Object(members),
        _ if vendor.has(Fault::FallsOverMalformedJson) => {
            return (StatusCode::INTERNAL_SERVER_ERROR, "<h1>Server Error</h1>").into_response();
        }
        _ if operation == "exists" && vendor.has(Fault::AnswersErrorsAsAbsent) => {
            return wire::refusal(vendor, &Refused { code: 99, message: "error".to_owned() });
        }
        _ => return wire::refusal(vendor, &Refused { code: -4, message: "no JSON object".to_owned() }),
    };
    match operation {
        "synchronize" => match model::synchronize(vendor, &body).await {
            Ok(_) if vendor.has(Fault::MakesAndFallsSilent) => std::future::pending().await,
            Ok(id) => wire::made(vendor, &id),
            Err(refused) => wire::refusal(vendor, &refused),
        },
        "exists" => match model::exists(vendor, &body) {
            Some(id) => wire::json(vendor, &json!({ "Code": 1, "Message": "", "Result": id })),
            None => wire::json(vendor, &json!({ "Code": 0, "Message": "", "Result": "" })),
        },
        _ => match model::delete(vendor, &body) {
            Ok(()) => wire::json(vendor, &json!({ "Code": 0, "Message": "" })),
            Err(refused) => wire::refusal(vendor, &refused),
        },
    }
}
