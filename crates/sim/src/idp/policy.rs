//! Custom policies as in Azure AD B2C: separate endpoints and metadata, a request parameter that is passed on, and a
//! REST step between sign-in and redirect ("restful technical profile").
//!
//! The step receives flat JSON without empty claims. Any status other than 200 ends the sign-in: depending on the
//! policy, the person is redirected to the application with an error, or sees the message. If a call fails or its
//! answer is lost, it is repeated once.

use std::time::Duration;

use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use http::{HeaderMap, StatusCode};
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::accounts::Account;
use super::params::Params;
use super::request::AuthRequest;
use super::{Idp, metadata, pages, token};

/// Timeout of the REST step, as for API connectors.
const TIMEOUT: Duration = Duration::from_secs(20);
/// Lifetime of a sign-in that waits for its REST step.
const ASIDE: SignedDuration = SignedDuration::from_mins(10);

/// A custom policy.
#[derive(Debug, Clone)]
pub struct Policy {
    /// Name, for example `B2C_1A_ACCOUNTLINK_SUSI_LINKFRESHSERVICE`.
    pub name: String,
    /// Request parameter that becomes a claim (`{OAUTH-KV:…}`).
    pub parameter: String,
    /// REST step after the sign-in.
    pub step: Option<RestStep>,
}

/// A REST step, authenticated by an API key in a header.
#[derive(Debug, Clone)]
pub struct RestStep {
    /// URL to call.
    pub url: String,
    /// Name of the header with the API key.
    pub header: String,
    /// The API key.
    pub key: String,
    /// Behaviour if the step rejects the sign-in.
    pub failure: Failure,
    /// Whether the first answer of every sign-in is lost, so that the step is called twice.
    pub lose_first_answer: bool,
}

/// Behaviour after a rejection by the REST step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failure {
    /// Redirect to the application with an error, as after a claims exchange.
    Redirect,
    /// Show the message on a page, as after a validation step.
    Page,
}

/// The policy of a request, with the value of its parameter.
#[derive(Debug, Clone)]
pub(super) struct Journey {
    pub(super) policy: String,
    parameter: Option<String>,
}

/// A sign-in that waits for its REST step.
#[derive(Debug, Clone)]
pub(super) struct Aside {
    request: AuthRequest,
    sub: String,
    auth_time: Timestamp,
    expires: Timestamp,
}

pub(super) fn routes() -> Router<Idp> {
    Router::new()
        .route("/{tenant}/oauth2/v2.0/authorize", get(authorize_by_query).post(authorize_by_query))
        .route("/{tenant}/{policy}/oauth2/v2.0/authorize", get(authorize_by_path).post(authorize_by_path))
        .route("/{tenant}/oauth2/v2.0/token", post(token::exchange))
        .route("/{tenant}/{policy}/oauth2/v2.0/token", post(token::exchange))
        .route("/{tenant}/{policy}/v2.0/.well-known/openid-configuration", get(discovery))
        .route("/{tenant}/{policy}/discovery/v2.0/keys", get(metadata::jwks))
        .route("/policy/step", get(step))
}

pub(super) fn client() -> Result<reqwest::Client, reqwest::Error> {
    reqwest::Client::builder().timeout(TIMEOUT).redirect(reqwest::redirect::Policy::none()).no_proxy().build()
}

async fn authorize_by_query(
    State(idp): State<Idp>,
    Path(tenant): Path<String>,
    headers: HeaderMap,
    params: Params,
) -> Response {
    let policy = params.text("p").to_owned();
    authorize(&idp, &tenant, &policy, &headers, &params)
}

async fn authorize_by_path(
    State(idp): State<Idp>,
    Path((tenant, policy)): Path<(String, String)>,
    headers: HeaderMap,
    params: Params,
) -> Response {
    authorize(&idp, &tenant, &policy, &headers, &params)
}

fn authorize(idp: &Idp, tenant: &str, policy: &str, headers: &HeaderMap, params: &Params) -> Response {
    let Some(policy) = idp.policy(tenant, policy) else { return unknown() };
    let parameter = params.get(&policy.parameter).map(str::to_owned);
    idp.begin(headers, params, Some(Journey { policy: policy.name.clone(), parameter }))
}

fn unknown() -> Response {
    let text = "The directory or the policy that the address names does not exist.";
    (StatusCode::NOT_FOUND, pages::notice("This sign-in cannot start", text)).into_response()
}

/// Every policy has its own metadata. Their issuer is that of the directory, which differs from their URL.
async fn discovery(State(idp): State<Idp>, Path((tenant, policy)): Path<(String, String)>) -> Response {
    let Some(policy) = idp.policy(&tenant, &policy) else { return StatusCode::NOT_FOUND.into_response() };
    let base = format!("{}/{tenant}/{}", idp.options.url, policy.name.to_lowercase());
    Json(json!({
        "issuer": idp.issuer(),
        "authorization_endpoint": format!("{base}/oauth2/v2.0/authorize"),
        "token_endpoint": format!("{base}/oauth2/v2.0/token"),
        "jwks_uri": format!("{base}/discovery/v2.0/keys"),
        "response_modes_supported": ["query"],
        "response_types_supported": ["code"],
        "scopes_supported": ["openid"],
        "subject_types_supported": ["pairwise"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "token_endpoint_auth_methods_supported": ["client_secret_post", "client_secret_basic"],
        "claims_supported": ["iss", "sub", "aud", "exp", "iat", "auth_time", "nonce", "acr", "ver", "email", "name", "idp"],
    }))
    .into_response()
}

#[derive(Debug, Deserialize)]
struct StepQuery {
    id: String,
}

/// Runs the REST step of a waiting sign-in, once.
async fn step(State(idp): State<Idp>, Query(StepQuery { id }): Query<StepQuery>) -> Response {
    let now = idp.now();
    let taken = idp.state.change(|state| state.aside.remove(&id)).filter(|aside| aside.expires > now);
    let Some(Aside { request, sub, auth_time, .. }) = taken else {
        let text = "It was open for too long, or is done already. Go back to where you came from and begin again.";
        return (StatusCode::BAD_REQUEST, pages::notice("This sign-in has expired", text)).into_response();
    };
    let Some(step) = idp.rest_step(&request).cloned() else { return idp.send_code(&request, &sub, auth_time) };
    match idp.call(&step, &request, &sub).await {
        Ok(()) => idp.send_code(&request, &sub, auth_time),
        Err(message) if step.failure == Failure::Page => {
            (StatusCode::OK, pages::notice("We could not sign you in", &message)).into_response()
        }
        Err(message) => {
            let correlation = idp.random.guid();
            let description = format!("AADB2C: {message}\r\nCorrelation ID: {correlation}\r\nTimestamp: {now:.0}\r\n");
            idp.refuse(&request.fail("server_error", &description))
        }
    }
}

impl Idp {
    /// The policy with this name, ignoring case.
    fn policy(&self, tenant: &str, name: &str) -> Option<&Policy> {
        let is_here = tenant.eq_ignore_ascii_case(&format!("{}.onmicrosoft.com", self.options.tenant));
        let mut policies = self.options.policies.iter();
        policies.find(|policy| is_here && policy.name.eq_ignore_ascii_case(name))
    }

    /// The REST step of a request's policy.
    pub(super) fn rest_step(&self, request: &AuthRequest) -> Option<&RestStep> {
        let journey = request.journey.as_ref()?;
        self.options.policies.iter().find(|policy| policy.name == journey.policy)?.step.as_ref()
    }

    /// Stores a sign-in until its REST step.
    pub(super) fn put_aside(&self, request: &AuthRequest, sub: &str, auth_time: Timestamp) -> Response {
        let (id, now) = (self.random.token(), self.now());
        let aside = Aside { request: request.clone(), sub: sub.to_owned(), auth_time, expires: now + ASIDE };
        self.state.change(|state| {
            state.aside.retain(|_, aside| aside.expires > now);
            state.aside.insert(id.clone(), aside);
        });
        Redirect::to(&format!("/policy/step?id={id}")).into_response()
    }

    /// Calls the step, and repeats the call once if there is no answer. Returns the message for the person if the step
    /// rejects the sign-in.
    async fn call(&self, step: &RestStep, request: &AuthRequest, sub: &str) -> Result<(), String> {
        let account = self.state.read().accounts.by_sub(sub).cloned();
        let claims = self.claims(request, account.as_ref());
        let mut lost = step.lose_first_answer;
        for _ in 0..2 {
            let sent = self.http.post(&step.url).header(&step.header, &step.key).json(&claims).send().await;
            let answer = match sent {
                Ok(answer) if !answer.status().is_server_error() && !std::mem::take(&mut lost) => answer,
                _ => continue,
            };
            let (status, body) = (answer.status(), answer.json::<Value>().await.unwrap_or_default());
            if status == StatusCode::OK {
                return Ok(());
            }
            // B2C only reads an error whose body has status 409, whatever the HTTP status.
            let readable = status.is_client_error() && body["status"] == 409 && body["version"].is_string();
            let message = body["userMessage"].as_str().filter(|_| readable);
            return Err(message.unwrap_or("AADB2C90075: The claims provider returned an unexpected error.").to_owned());
        }
        Err("The service that connects your account does not answer. Please try again.".to_owned())
    }

    fn claims(&self, request: &AuthRequest, account: Option<&Account>) -> Map<String, Value> {
        let journey = request.journey.as_ref();
        let local = account.filter(|account| account.idp.is_none());
        let claims = [
            ("objectId", account.map(|account| json!(account.sub))),
            ("requesterId", journey.and_then(|journey| journey.parameter.as_ref()).map(|given| json!(given))),
            ("email", account.map(|account| json!(account.email))),
            ("emailVerified", account.map(|account| json!(account.email_verified))),
            ("signInNames.emailAddress", local.map(|account| json!(account.email))),
            ("displayName", account.filter(|account| !account.name.is_empty()).map(|account| json!(account.name))),
            ("correlationId", Some(json!(self.random.guid()))),
            ("policyId", journey.map(|journey| json!(journey.policy))),
            ("clientId", Some(json!(request.client_id))),
        ];
        claims.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect()
    }
}
