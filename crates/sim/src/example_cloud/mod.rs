//! Example Cloud: a vendor of a marketplace for the demo. It keeps the contract until someone chooses a fault on its page,
//! and keeps it again when the fault is switched off.
//!
//! Its customers are kept in a file if one is given, so that accounts stay linked from one demo to the next.

mod fault;
mod model;
mod page;

use std::collections::VecDeque;
use std::io;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use axum::{Form, Json, Router};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use futures_util::stream::once;
use serde::Deserialize;
use serde_json::{Value, json};

pub use fault::Fault;
use model::Customers;

use crate::persist::Kept;

/// The application id that Example Cloud gave to the marketplace. Not a secret: the demo listens on loopback only.
pub const APPLICATION_ID: &str = "c1a0d5e2-4c3b-4f0e-9a76-2b8d4e6f1a35";
/// The API key of the application.
pub const API_KEY: &str = "ZXhhbXBsZS1jbG91ZC1kZW1vLWtleQ==";

/// Maximum size of a request.
const MAX_BODY_SIZE: usize = 1 << 20;
/// Number of calls that are remembered.
const REMEMBERED_CALLS: usize = 30;
/// How long a slow answer takes.
const SLOW: Duration = Duration::from_secs(5);

/// The vendor. Clones are the same vendor.
#[derive(Debug, Clone)]
pub struct ExampleCloud(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    customers: Kept<Customers>,
    now: Mutex<Now>,
}

/// What is not kept from one run to the next.
#[derive(Debug, Default)]
struct Now {
    fault: Option<Fault>,
    calls: VecDeque<Call>,
}

/// A call, for the page.
#[derive(Debug, Clone)]
struct Call {
    operation: String,
    account: String,
    answer: String,
}

/// The choice of a fault. Blank or none: no fault.
#[derive(Debug, Deserialize)]
struct Choice {
    #[serde(default)]
    fault: Option<String>,
}

impl ExampleCloud {
    /// Starts with the customers in the file, or without any.
    pub fn new(file: Option<PathBuf>) -> io::Result<Self> {
        let customers = Kept::open(file, Customers::default)?;
        Ok(Self(Arc::new(Inner { customers, now: Mutex::default() })))
    }

    /// The router: the contract, and the page at `/`.
    pub fn router(&self) -> Router {
        Router::new()
            .route("/", get(page::show))
            .route("/fault", post(choose))
            .route("/_sim/fault", post(choose_by_json))
            .route("/_sim/customers", get(list))
            .fallback(serve)
            .with_state(self.clone())
    }

    /// Misbehaves like this from now on. `None`: keeps the contract again.
    pub fn switch(&self, fault: Option<Fault>) {
        self.now().fault = fault;
    }

    /// The ids of all customers.
    pub fn customers(&self) -> Vec<String> {
        self.0.customers.read().all.iter().map(|customer| customer.external_id.clone()).collect()
    }

    /// Writes the customers to the file.
    pub fn flush(&self) -> io::Result<()> {
        self.0.customers.flush()
    }

    fn now(&self) -> MutexGuard<'_, Now> {
        self.0.now.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn remember(&self, operation: &str, body: &Value, answer: &str) {
        let name = body["Name"].as_str().or_else(|| body["ExternalID"].as_str()).unwrap_or_default();
        let (operation, account) = (operation.to_owned(), name.chars().take(80).collect());
        let calls = &mut self.now().calls;
        calls.truncate(REMEMBERED_CALLS - 1);
        calls.push_front(Call { operation, account, answer: answer.chars().take(160).collect() });
    }
}

async fn choose(State(vendor): State<ExampleCloud>, Form(choice): Form<Choice>) -> Response {
    match vendor.choose(choice.fault.as_deref()) {
        Ok(()) => Redirect::to("/").into_response(),
        Err(unknown) => (StatusCode::UNPROCESSABLE_ENTITY, unknown).into_response(),
    }
}

async fn choose_by_json(State(vendor): State<ExampleCloud>, Json(choice): Json<Choice>) -> Response {
    match vendor.choose(choice.fault.as_deref()) {
        Ok(()) => StatusCode::NO_CONTENT.into_response(),
        Err(unknown) => (StatusCode::UNPROCESSABLE_ENTITY, unknown).into_response(),
    }
}

async fn list(State(vendor): State<ExampleCloud>) -> Json<Value> {
    Json(json!(vendor.0.customers.read().all))
}

impl ExampleCloud {
    fn choose(&self, name: Option<&str>) -> Result<(), String> {
        let name = name.unwrap_or_default();
        let fault = Fault::ALL.into_iter().find(|fault| fault.name() == name);
        if fault.is_none() && !name.is_empty() {
            return Err(format!("there is no fault {name}"));
        }
        self.switch(fault);
        Ok(())
    }

    /// The answer of the contract to a call, which is carried out.
    fn answer(&self, operation: &str, body: &Value) -> Value {
        if operation == "syncoptions" {
            return model::options();
        }
        self.0.customers.change(|customers| customers.carry_out(operation, body))
    }
}

async fn serve(State(vendor): State<ExampleCloud>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let path = parts.uri.path().to_lowercase();
    let Some(operation) = path.strip_prefix("/api/accounts/") else { return StatusCode::NOT_FOUND.into_response() };
    let body = axum::body::to_bytes(body, MAX_BODY_SIZE).await.unwrap_or_default();
    let body: Value = serde_json::from_slice(&body).unwrap_or_default();
    let fault = vendor.now().fault.filter(|fault| fault.concerns(operation));
    if fault == Some(Fault::Slow) {
        tokio::time::sleep(SLOW).await;
    }
    let (answer, shown) = if is_authentic(&parts.headers) {
        act(&vendor, operation, &body, fault)
    } else {
        said(
            &json!({ "Code": -12, "Message": "This application id and API key do not belong together.", "Result": "" }),
        )
    };
    vendor.remember(operation, &body, &shown);
    answer
}

/// Carries a call out, as far as the fault allows. The answer, and how the page shows it.
fn act(vendor: &ExampleCloud, operation: &str, body: &Value, fault: Option<Fault>) -> (Response, String) {
    match fault {
        Some(Fault::Down) => {
            (StatusCode::SERVICE_UNAVAILABLE.into_response(), "HTTP status 503, nothing was done".to_owned())
        }
        Some(Fault::Rubbish) => {
            let text = "<h1>We will be back soon</h1>";
            (written(text.to_owned()), "a page in place of JSON, nothing was done".to_owned())
        }
        Some(Fault::RefusesForCustomers) => said(
            &json!({ "Code": -80_017, "Message": "This domain is not yours. Enter a domain that you own.", "Result": "" }),
        ),
        Some(Fault::RefusesForStaff) => {
            said(&json!({ "Code": -105, "Message": "Backend seven has no licences left.", "Result": "" }))
        }
        Some(Fault::DiesAfterCommitting) => {
            vendor.answer(operation, body);
            (silence(), "the call was carried out, and the answer was lost".to_owned())
        }
        Some(Fault::Foreign) => said(&vendor.0.customers.read().as_another(operation, body)),
        Some(fault @ (Fault::LowerCase | Fault::ByteOrderMark | Fault::Numbers)) => {
            let text = fault.written(vendor.answer(operation, body));
            (written(text.clone()), text)
        }
        None | Some(Fault::Slow) => said(&vendor.answer(operation, body)),
    }
}

fn is_authentic(headers: &HeaderMap) -> bool {
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let key = STANDARD.decode(header("x-cloudplatform-apikey")).unwrap_or_default();
    header("x-cloudplatform-applicationid").eq_ignore_ascii_case(APPLICATION_ID) && key == API_KEY.as_bytes()
}

fn said(answer: &Value) -> (Response, String) {
    let text = answer.to_string();
    (written(text.clone()), text)
}

fn written(text: String) -> Response {
    ([(header::CONTENT_TYPE, "application/json; charset=utf-8")], text).into_response()
}

/// A failing body makes the server close the connection within the answer.
fn silence() -> Response {
    let broken = once(async { Err::<Bytes, _>(io::Error::other("the connection breaks")) });
    Response::new(Body::from_stream(broken))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn body(id: &str, domain: &str) -> Value {
        json!({ "ID": id, "ExternalID": "", "Name": id, "SyncOptions": { "username": "a@example.com", "domain": domain } })
    }

    fn json_of(shown: &str) -> Value {
        serde_json::from_str(shown.trim_start_matches('\u{feff}')).unwrap_or_default()
    }

    #[test]
    fn m20_example_cloud_keeps_the_contract_unless_a_fault_is_chosen() {
        let vendor = ExampleCloud::new(None).unwrap();
        let ada = body("ada", "ada.example");
        assert_eq!(vendor.answer("exists", &ada)["Code"], 0);
        let made = vendor.answer("synchronize", &ada);
        assert_eq!(made, vendor.answer("synchronize", &ada), "the same customer");
        assert_eq!((&made["Code"], vendor.customers().len()), (&json!(0), 1));
        assert_eq!(vendor.answer("exists", &ada)["Result"], made["Result"]);
        assert_eq!(vendor.answer("exists", &body("bob", "ada.example"))["Code"], 2, "somebody else's domain");
        vendor.answer("delete", &json!({ "ExternalID": made["Result"] }));
        assert_eq!((vendor.answer("exists", &ada)["Code"].clone(), vendor.customers().len()), (json!(0), 0));
    }

    #[test]
    fn m20_each_fault_of_example_cloud_is_unlike_a_right_answer() {
        for fault in Fault::ALL.into_iter().filter(|fault| *fault != Fault::Slow) {
            let vendor = ExampleCloud::new(None).unwrap();
            let (ada, bob) = (body("ada", "ada.example"), body("bob", "bob.example"));
            let known = vendor.answer("synchronize", &ada)["Result"].clone();
            let (_, right) = act(&vendor, "exists", &ada, None);
            let (_, shown) = act(&vendor, "synchronize", &bob, Some(fault));
            assert_ne!(shown, right, "{fault:?}");
            let made = vendor.customers().len() - 1;
            let makes =
                matches!(fault, Fault::DiesAfterCommitting | Fault::LowerCase | Fault::ByteOrderMark | Fault::Numbers);
            assert_eq!(made, usize::from(makes), "{fault:?}");
            match fault {
                Fault::Foreign => assert_eq!(json_of(&shown)["Result"], known),
                Fault::Numbers => assert!(json_of(&shown)["Result"].is_u64(), "{shown}"),
                Fault::LowerCase => assert!(json_of(&shown)["result"].is_string(), "{shown}"),
                Fault::ByteOrderMark => assert!(shown.starts_with('\u{feff}') && json_of(&shown)["Code"] == 0),
                _ => {}
            }
        }
        let vendor = ExampleCloud::new(None).unwrap();
        for name in Fault::ALL.map(Fault::name) {
            assert!(vendor.choose(Some(name)).is_ok() && vendor.now().fault.is_some());
        }
        assert!(vendor.choose(None).is_ok() && vendor.now().fault.is_none());
        assert!(vendor.choose(Some("unheard of")).is_err());
    }
}
