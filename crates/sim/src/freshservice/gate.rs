//! Checks before every API request: rate limits, authentication and content types.

use axum::Json;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE, RETRY_AFTER};
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use serde_json::json;

use super::Freshservice;
use super::answer::Refusal;
use super::limits::Charge;

const VERSION: HeaderName = HeaderName::from_static("x-freshservice-api-version");
const LIMIT_TOTAL: HeaderName = HeaderName::from_static("x-ratelimit-total");
const LIMIT_REMAINING: HeaderName = HeaderName::from_static("x-ratelimit-remaining");
const LIMIT_USED: HeaderName = HeaderName::from_static("x-ratelimit-used-currentrequest");

/// Admits or rejects a request, and adds the API's headers to the answer.
pub async fn pass(State(desk): State<Freshservice>, request: Request, next: Next) -> Response {
    let uri = request.uri();
    let charge = desk.charge(request.method(), uri.path(), uri.query().unwrap_or_default());
    let mut response = match (charge.and_then(|charge| charge.retry_after), admit(&desk, &request)) {
        (Some(seconds), _) => throttled(seconds),
        (None, Err(refusal)) => refusal.into_response(),
        (None, Ok(())) => next.run(request).await,
    };
    mark(response.headers_mut(), charge);
    response
}

fn throttled(seconds: u64) -> Response {
    let mut response = (StatusCode::TOO_MANY_REQUESTS, Json(json!({}))).into_response();
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json; charset=utf-8"));
    response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
    response
}

fn mark(headers: &mut HeaderMap, charge: Option<Charge>) {
    headers.insert(VERSION, HeaderValue::from_static("latest=v2; requested=v2"));
    if let Some(charge) = charge {
        headers.insert(LIMIT_TOTAL, HeaderValue::from(charge.total));
        headers.insert(LIMIT_REMAINING, HeaderValue::from(charge.remaining));
        headers.insert(LIMIT_USED, HeaderValue::from(charge.credits));
    }
}

fn admit(desk: &Freshservice, request: &Request) -> Result<(), Refusal> {
    let headers = request.headers();
    if user_name(headers).as_deref() != Some(desk.api_key()) {
        return Err(Refusal::Coded(
            StatusCode::UNAUTHORIZED,
            "invalid_credentials",
            "You have to be logged in to perform this action.",
        ));
    }
    if !accepts_json(headers) {
        return Err(Refusal::Coded(
            StatusCode::NOT_ACCEPTABLE,
            "not_acceptable",
            "Only application/json is available.",
        ));
    }
    let writes = matches!(*request.method(), Method::POST | Method::PUT);
    let empty = headers.get(CONTENT_LENGTH).is_none_or(|length| length == "0");
    if writes && !empty && !is_json(headers) {
        let message = "Content-Type header is set to an unsupported value. It should have application/json";
        return Err(Refusal::Coded(StatusCode::UNSUPPORTED_MEDIA_TYPE, "invalid_content_type", message));
    }
    Ok(())
}

/// The API key is sent as user name; the password is ignored.
fn user_name(headers: &HeaderMap) -> Option<String> {
    let encoded = headers.get(AUTHORIZATION)?.to_str().ok()?.strip_prefix("Basic ")?;
    let decoded = String::from_utf8(BASE64_STANDARD.decode(encoded.trim()).ok()?).ok()?;
    let (user, _any_password) = decoded.split_once(':').unwrap_or((&decoded, ""));
    Some(user.to_owned())
}

fn accepts_json(headers: &HeaderMap) -> bool {
    let Some(accept) = headers.get(ACCEPT).and_then(|accept| accept.to_str().ok()) else { return true };
    let mut kinds = accept.split(',').map(|kind| kind.split(';').next().unwrap_or_default().trim());
    kinds.any(|kind| matches!(kind, "application/json" | "application/*" | "*/*"))
}

fn is_json(headers: &HeaderMap) -> bool {
    let kind = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    kind.split(';').next().is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json"))
}
