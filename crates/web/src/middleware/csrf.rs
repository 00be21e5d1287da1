//! Forms and scripts of other sites never act for somebody who is signed in here.

use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::{App, PageError, marketplace_api};

/// Refuses what another site made the browser send.
pub(crate) async fn refuse_forged(State(app): State<App>, request: Request, next: Next) -> Response {
    if is_forged(&app, request.method(), request.uri().path(), request.headers()) {
        return PageError(StatusCode::FORBIDDEN).into_response();
    }
    next.run(request).await
}

/// Whether another site made the browser send this.
///
/// Browsers say where a request comes from (`Sec-Fetch-Site`; older ones `Origin`). Who says neither is no browser, or one that hides it: then
/// there must be no cookie that somebody else could ride on.
fn is_forged(app: &App, method: &Method, path: &str, headers: &HeaderMap) -> bool {
    // Those take no cookies, so there is nothing to ride on.
    let ours = ["/api/", "/hooks/", "/b2c/"].iter().any(|face| path.starts_with(face));
    let takes_no_cookies = ours || marketplace_api::serves(app, path);
    if method.is_safe() || takes_no_cookies {
        return false;
    }
    if let Some(site) = headers.get("sec-fetch-site") {
        return site != "same-origin" && site != "none";
    }
    match headers.get(header::ORIGIN) {
        Some(origin) => origin.as_bytes() != app.hub.config.public_url.origin().ascii_serialization().as_bytes(),
        None => headers.get(header::COOKIE).is_some_and(|cookies| !cookies.is_empty()),
    }
}
