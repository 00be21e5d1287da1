//! Protection against cross-site request forgery.

use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::{App, PageError, marketplace_api};

/// Rejects requests that another site has triggered in the browser.
pub(crate) async fn refuse_forged(State(app): State<App>, request: Request, next: Next) -> Response {
    if is_forged(&app, request.method(), request.uri().path(), request.headers()) {
        return PageError(StatusCode::FORBIDDEN).into_response();
    }
    next.run(request).await
}

/// Whether another site has triggered the request.
///
/// Browsers state the origin of a request (`Sec-Fetch-Site`; older ones `Origin`). A client that states neither is no
/// browser, or one that hides the origin. Such a request is accepted only without cookies, which another site could
/// abuse.
fn is_forged(app: &App, method: &Method, path: &str, headers: &HeaderMap) -> bool {
    // These interfaces do not use cookies, so there is nothing to abuse.
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
