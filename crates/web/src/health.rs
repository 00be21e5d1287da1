//! What operators and their machines ask: health and readiness; and the files pages load.

use axum::extract::{Path, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};

use crate::auth::route_access::{Routes, Rule, get};
use crate::pages::assets;
use crate::{App, Problem, metrics};

pub(crate) fn routes() -> Routes {
    Routes::of(Rule::Anyone)
        .route("/", get(|| async { Redirect::to("/portal/customer") }))
        .route("/healthz", get(|| async { "ok\n" }))
        .route("/readyz", get(ready))
        .route("/metrics", get(metrics::answer))
        .route("/assets/{name}", get(asset))
        .route("/favicon.ico", get(|| async { Redirect::permanent("/assets/mark.svg") }))
        .route("/robots.txt", get(|| async { "User-agent: *\nDisallow: /\n" }))
}

/// Whether requests should be sent here: not before the database takes writes, and not once the process is ending.
async fn ready(State(app): State<App>) -> Response {
    if app.lifecycle.is_draining() {
        let detail = "This process is ending. Requests under way are answered; send new ones elsewhere.";
        return Problem::new(StatusCode::SERVICE_UNAVAILABLE, "draining", detail).into_response();
    }
    match app.hub.check_writable().await {
        Ok(()) => "ready\n".into_response(),
        Err(error) => Problem::from(error).into_response(),
    }
}

async fn asset(Path(name): Path<String>) -> Response {
    let Some(asset) = assets::named(&name) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let mut response = asset.bytes.into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(asset.kind));
    // The address changes with the content.
    response
        .headers_mut()
        .insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=31536000, immutable"));
    response
}
