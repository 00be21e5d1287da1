//! Protection against cross-site request forgery.

use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::{App, PageError, marketplace_api};

/// Rejects requests that another site has triggered in the browser.
pub(crate) async fn refuse_forged(State(app): State<App>, request: Request, next: Next) -> Response {
    if is_forged(&app, &request) {
        return PageError(StatusCode::FORBIDDEN).into_response();
    }
    next.run(request).await
}

/// Whether another site has triggered the request.
///
/// Browsers state the origin of a request (`Sec-Fetch-Site`; older ones `Origin`). A client that states neither is no
/// browser, or one that hides the origin. Such a request is accepted only without cookies, which another site could
/// abuse.
fn is_forged(app: &App, request: &Request) -> bool {
    if request.method().is_safe() || takes_no_cookies(request) {
        return false;
    }
    let headers = request.headers();
    if let Some(site) = headers.get("sec-fetch-site") {
        return site != "same-origin" && site != "none";
    }
    match headers.get(header::ORIGIN) {
        Some(origin) => origin.as_bytes() != app.hub.config.public_url.origin().ascii_serialization().as_bytes(),
        None => headers.get(header::COOKIE).is_some_and(|cookies| !cookies.is_empty()),
    }
}

/// Whether the request is for an interface that does not use cookies, so that there is nothing to abuse.
fn takes_no_cookies(request: &Request) -> bool {
    let path = request.uri().path();
    let ours = ["/api/", "/hooks/", "/b2c/"].iter().any(|face| path.starts_with(face));
    ours || request.extensions().get::<marketplace_api::Address>().is_some()
}
