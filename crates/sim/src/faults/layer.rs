//! The middleware around a stand-in's router, and the routes under `/_sim/`.

use std::io;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use bytes::Bytes;
use futures_util::stream::once;
use http::header::{CONTENT_LENGTH, DATE, LINK, RETRY_AFTER};
use http::{HeaderValue, Method, StatusCode, Uri};
use serde_json::Value;

use super::{Active, Cut, Fault, FaultKind, Faults, SeenRequest};

/// Maximum size of an answer, which limits the memory needed for truncating one.
const MAX_ANSWER_SIZE: usize = 64 << 20;

impl Faults {
    /// Wraps a stand-in's router with faults, latency and the request log, and adds the routes under `/_sim/`, which
    /// none of the three affects.
    pub fn wrap(&self, stand_in: Router) -> Router {
        // As a fallback service, the stand-in's layer also applies to unknown paths.
        Router::new()
            .route("/_sim/faults", get(list).post(add).delete(clear))
            .route("/_sim/requests", get(requests).delete(forget_requests))
            .with_state(self.clone())
            .fallback_service(stand_in.layer(from_fn_with_state(self.clone(), intercept)))
    }
}

async fn list(State(faults): State<Faults>) -> Json<Vec<Active>> {
    Json(faults.list())
}

async fn add(State(faults): State<Faults>, Json(fault): Json<Fault>) -> impl IntoResponse {
    faults.add(fault.clone());
    (StatusCode::CREATED, Json(fault))
}

async fn clear(State(faults): State<Faults>) -> StatusCode {
    faults.clear();
    StatusCode::NO_CONTENT
}

async fn requests(State(faults): State<Faults>) -> Json<Vec<SeenRequest>> {
    Json(faults.requests())
}

async fn forget_requests(State(faults): State<Faults>) -> StatusCode {
    faults.forget_requests();
    StatusCode::NO_CONTENT
}

async fn intercept(State(faults): State<Faults>, request: Request, next: Next) -> Response {
    let (method, uri) = (request.method().clone(), request.uri().clone());
    if uri.path().starts_with("/_sim/") {
        return next.run(request).await;
    }
    let verdict = faults.judge(&method, uri.path());
    if !verdict.delay.is_zero() {
        tokio::time::sleep(verdict.delay).await;
    }
    let mut response = match verdict.effect {
        Some(FaultKind::Status { status, retry_after, body }) => refuse(&faults, status, retry_after, body),
        Some(FaultKind::Silent) => {
            let response = next.run(request).await;
            faults.remember(seen(&method, &uri, response.status()));
            return std::future::pending().await;
        }
        Some(FaultKind::Late) => return late(faults, request, next).await,
        Some(effect) => spoil(next.run(request).await, &effect).await,
        None => next.run(request).await,
    };
    if let Some(date) = faults.date().and_then(|date| HeaderValue::from_str(&date).ok()) {
        response.headers_mut().insert(DATE, date);
    }
    faults.remember(seen(&method, &uri, response.status()));
    response
}

fn seen(method: &Method, uri: &Uri, status: StatusCode) -> SeenRequest {
    SeenRequest {
        method: method.to_string(),
        path: uri.path().to_owned(),
        query: uri.query().unwrap_or_default().to_owned(),
        status: status.as_u16(),
    }
}

/// Carries a request out when the faults are cleared, whether its caller still waits or not.
async fn late(faults: Faults, request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    let Ok(body) = axum::body::to_bytes(body, MAX_ANSWER_SIZE).await else {
        return StatusCode::BAD_REQUEST.into_response();
    };
    let cleared = faults.cleared();
    let carried_out = tokio::spawn(async move {
        cleared.await;
        let (method, uri) = (parts.method.clone(), parts.uri.clone());
        let response = next.run(Request::from_parts(parts, Body::from(body))).await;
        faults.remember(seen(&method, &uri, response.status()));
        response
    });
    carried_out.await.unwrap_or_else(|_| StatusCode::INTERNAL_SERVER_ERROR.into_response())
}

fn refuse(faults: &Faults, status: u16, retry_after: Option<u64>, body: Option<Value>) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let body = body.unwrap_or_else(|| (faults.error_body)(status));
    let mut response = (status, Json(body)).into_response();
    if let Some(seconds) = retry_after {
        response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

async fn spoil(response: Response, effect: &FaultKind) -> Response {
    if *effect == FaultKind::Disconnect {
        // A failing body makes the server close the connection within the answer.
        let broken = once(async { Err::<Bytes, _>(io::Error::from(io::ErrorKind::ConnectionReset)) });
        return response.map(|_| Body::from_stream(broken));
    }
    let (mut parts, body) = response.into_parts();
    let Ok(bytes) = axum::body::to_bytes(body, MAX_ANSWER_SIZE).await else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let bytes = match effect {
        FaultKind::Truncate { cut: Cut::Rows, keep } => {
            with_lists(&bytes, |rows| rows.truncate(keep.unwrap_or(rows.len() / 2)))
        }
        FaultKind::Truncate { cut: Cut::Body, keep } => bytes.slice(..keep.unwrap_or(bytes.len() / 2).min(bytes.len())),
        _ => {
            parts.headers.remove(LINK);
            with_lists(&bytes, Vec::clear)
        }
    };
    parts.headers.remove(CONTENT_LENGTH);
    Response::from_parts(parts, Body::from(bytes))
}

/// Applies a change to the answer if it is a list, or to the lists on its first level.
fn with_lists(bytes: &Bytes, change: impl Fn(&mut Vec<Value>)) -> Bytes {
    match serde_json::from_slice::<Value>(bytes) {
        Ok(mut answer) => {
            match &mut answer {
                Value::Array(rows) => change(rows),
                Value::Object(fields) => fields.values_mut().filter_map(Value::as_array_mut).for_each(change),
                _ => {}
            }
            Bytes::from(answer.to_string())
        }
        Err(_) => bytes.clone(),
    }
}
