//! Passes calls on to a process, as a proxy in front of it does.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::Router;
use axum::body::to_bytes;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::gate::{MAX_REQUEST, broken};

#[derive(Debug, Clone)]
struct Target {
    url: String,
    http: reqwest::Client,
    faults: Arc<AtomicU64>,
}

/// What listens at this URL. Its answers 500 are counted.
pub fn to(url: &str, faults: Arc<AtomicU64>) -> anyhow::Result<Router> {
    // A connection that was kept would break at the next call after a kill, which was not made while the process worked.
    let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).no_proxy();
    let http = http.pool_max_idle_per_host(0).build()?;
    Ok(Router::new().fallback(pass_on).with_state(Target { url: url.to_owned(), http, faults }))
}

async fn pass_on(State(target): State<Target>, request: Request) -> Response {
    let (mut parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, MAX_REQUEST).await else { return StatusCode::BAD_REQUEST.into_response() };
    let path = parts.uri.path_and_query().map_or("/", |path| path.as_str());
    leave_out_own(&mut parts.headers);
    let call = target.http.request(parts.method, format!("{}{path}", target.url)).headers(parts.headers).body(body);
    let answer = match call.send().await {
        Ok(answer) => answer,
        // Nobody listens.
        Err(error) if error.is_connect() => return StatusCode::SERVICE_UNAVAILABLE.into_response(),
        Err(_) => return broken(),
    };
    let (status, mut headers) = (answer.status(), answer.headers().clone());
    if status == StatusCode::INTERNAL_SERVER_ERROR {
        target.faults.fetch_add(1, Ordering::Relaxed);
    }
    leave_out_own(&mut headers);
    match answer.bytes().await {
        Ok(body) => (status, headers, body).into_response(),
        Err(_) => broken(),
    }
}

/// Headers that are about one connection, or that each side writes itself.
fn leave_out_own(headers: &mut HeaderMap) {
    for name in [header::HOST, header::CONNECTION, header::CONTENT_LENGTH, header::TRANSFER_ENCODING] {
        headers.remove(name);
    }
}
