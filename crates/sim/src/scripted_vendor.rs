//! A vendor of a marketplace that keeps the contract, except in the turns that a test scripts: it answers rubbish, does
//! what is asked and loses the answer, or says that it is another customer. It remembers every call.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures_util::stream::once;
use serde_json::{Value, json};
use tokio::sync::Semaphore;

/// Maximum size of a request.
const MAX_BODY_SIZE: usize = 1 << 20;

/// What the vendor does in a scripted turn.
#[derive(Debug, Clone)]
pub enum Turn {
    /// Answers this, and does nothing.
    Answer(u16, String),
    /// Does what is asked, and answers this.
    DoAndAnswer(u16, String),
    /// Does what is asked, and its answer is lost.
    DoAndFallSilent,
    /// Does nothing, and gives no answer.
    FallSilent,
    /// Waits at a gate. Then it keeps the contract.
    Wait(Gate),
}

/// Holds calls until it is opened. Clones are the same gate.
#[derive(Debug, Clone)]
pub struct Gate(Arc<Semaphore>);

impl Gate {
    /// A gate that is shut.
    pub fn shut() -> Self {
        Self(Arc::new(Semaphore::new(0)))
    }

    /// Lets everyone pass from now on.
    pub fn open(&self) {
        self.0.close();
    }

    async fn pass(&self) {
        // Nobody gets a permit: waiting ends when it is closed.
        let _ = self.0.acquire().await;
    }
}

/// A call as it arrived.
#[derive(Debug, Clone)]
pub struct Asked {
    /// The operation, in lower case.
    pub operation: String,
    /// The headers, with names in lower case.
    pub headers: BTreeMap<String, String>,
    /// The body; null if there was none.
    pub body: Value,
}

/// A customer of the vendor.
#[derive(Debug, Clone)]
struct Customer {
    external_id: String,
    account: String,
    domain: String,
}

#[derive(Debug, Default)]
struct Known {
    options: Value,
    customers: Vec<Customer>,
    made: usize,
    asked: Vec<Asked>,
    turns: BTreeMap<String, VecDeque<Turn>>,
    creates_again: bool,
}

/// The vendor. Clones are the same vendor.
#[derive(Debug, Clone, Default)]
pub struct ScriptedVendor(Arc<Mutex<Known>>);

impl ScriptedVendor {
    /// A vendor with these sync options, as the body of its answer.
    pub fn new(options: Value) -> Self {
        let vendor = Self::default();
        vendor.lock().options = options;
        vendor
    }

    /// The vendor makes another customer whenever Synchronize comes without an external id.
    #[must_use]
    pub fn creating_again(self) -> Self {
        self.lock().creates_again = true;
        self
    }

    /// The router.
    pub fn router(&self) -> Router {
        Router::new().fallback(serve).with_state(self.clone())
    }

    /// Other sync options from now on.
    pub fn offer(&self, options: Value) {
        self.lock().options = options;
    }

    /// The next turns of an operation. After them, it keeps the contract again.
    pub fn script(&self, operation: &str, turns: impl IntoIterator<Item = Turn>) {
        self.lock().turns.entry(operation.to_lowercase()).or_default().extend(turns);
    }

    /// Keeps the contract from now on, whatever was scripted.
    pub fn behave(&self) {
        self.lock().turns.clear();
    }

    /// Creates a customer that no marketplace has asked for. Its id.
    pub fn add_customer(&self, domain: &str) -> String {
        self.lock().make("", domain)
    }

    /// The ids of all customers.
    pub fn customers(&self) -> Vec<String> {
        self.lock().customers.iter().map(|customer| customer.external_id.clone()).collect()
    }

    /// The accounts of all customers.
    pub fn accounts(&self) -> BTreeSet<String> {
        self.lock().customers.iter().map(|customer| customer.account.clone()).collect()
    }

    /// The ids of the customers that were made for an account.
    pub fn customers_of(&self, account: &str) -> Vec<String> {
        let known = self.lock();
        let customers = known.customers.iter().filter(|customer| customer.account == account);
        customers.map(|customer| customer.external_id.clone()).collect()
    }

    /// The calls of an operation so far.
    pub fn asked(&self, operation: &str) -> Vec<Asked> {
        let known = self.lock();
        known.asked.iter().filter(|asked| asked.operation == operation.to_lowercase()).cloned().collect()
    }

    /// Remembers a call, and takes the next turn for it.
    fn receive(&self, asked: Asked) -> Option<Turn> {
        let mut known = self.lock();
        let turn = known.turns.get_mut(&asked.operation).and_then(VecDeque::pop_front);
        known.asked.push(asked);
        turn
    }

    fn lock(&self) -> MutexGuard<'_, Known> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Known {
    fn make(&mut self, account: &str, domain: &str) -> String {
        self.made += 1;
        let external_id = format!("c-{}", self.made);
        let (account, domain) = (account.to_owned(), domain.to_owned());
        self.customers.push(Customer { external_id: external_id.clone(), account, domain });
        external_id
    }

    fn find(&self, body: &Value) -> Option<String> {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let (external_id, account) = (text(&body["ExternalID"]), text(&body["ID"]));
        let domain = text(&body["SyncOptions"]["domain"]);
        let fits = |customer: &&Customer| {
            if external_id.is_empty() {
                customer.account == account || (!domain.is_empty() && customer.domain == domain)
            } else {
                customer.external_id == external_id
            }
        };
        self.customers.iter().find(fits).map(|customer| customer.external_id.clone())
    }

    fn carry_out(&mut self, operation: &str, body: &Value) -> Value {
        let found = self.find(body);
        match operation {
            "syncoptions" => self.options.clone(),
            "exists" => match found {
                Some(id) => json!({ "ErrorCode": 1, "ErrorMessage": "", "Results": id }),
                None => json!({ "ErrorCode": 0, "ErrorMessage": "", "Results": "" }),
            },
            "synchronize" => {
                let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
                let (account, domain) = (text(&body["ID"]), text(&body["SyncOptions"]["domain"]));
                let is_known = !self.creates_again || body["ExternalID"].as_str().is_some_and(|id| !id.is_empty());
                let id = found.filter(|_| is_known).unwrap_or_else(|| self.make(&account, &domain));
                json!({ "Code": 0, "Message": "", "Result": id, "AccountExtraInfo": { "tenant": "4711" } })
            }
            "delete" => {
                self.customers.retain(|customer| Some(&customer.external_id) != found.as_ref());
                json!({ "Code": 0, "Message": "" })
            }
            _ => json!({ "Code": -2, "Message": "no such operation" }),
        }
    }
}

async fn serve(State(vendor): State<ScriptedVendor>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let operation = parts.uri.path().rsplit('/').next().unwrap_or_default().to_lowercase();
    let body = axum::body::to_bytes(body, MAX_BODY_SIZE).await.unwrap_or_default();
    let body: Value = serde_json::from_slice(&body).unwrap_or_default();
    let headers = parts.headers.iter();
    let headers = headers.map(|(name, value)| (name.to_string(), value.to_str().unwrap_or_default().to_owned()));
    let asked = Asked { operation: operation.clone(), headers: headers.collect(), body: body.clone() };
    let turn = vendor.receive(asked);
    if let Some(Turn::Wait(gate)) = &turn {
        gate.pass().await;
    }
    let mut known = vendor.lock();
    match turn {
        None | Some(Turn::Wait(_)) => answer(200, known.carry_out(&operation, &body).to_string()),
        Some(Turn::Answer(status, text)) => answer(status, text),
        Some(Turn::DoAndAnswer(status, text)) => {
            known.carry_out(&operation, &body);
            answer(status, text)
        }
        Some(Turn::DoAndFallSilent) => {
            known.carry_out(&operation, &body);
            silence()
        }
        Some(Turn::FallSilent) => silence(),
    }
}

fn answer(status: u16, body: String) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    (status, [(header::CONTENT_TYPE, "application/json; charset=utf-8")], body).into_response()
}

/// No answer: a failing body makes the server close the connection within it.
pub fn silence() -> Response {
    let broken = once(async { Err::<Bytes, _>(io::Error::other("the connection breaks")) });
    Response::new(Body::from_stream(broken))
}
