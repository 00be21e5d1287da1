//! What holds for every request: an id, no forged forms, safe headers, one line in the log, and a page for bare errors.

use std::time::Instant;

use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::respond::page::{NeedsPage, PageError, problem_page};
use crate::{App, Problem, b2c, marketplace_api};

/// The id by which a request is found in the log.
#[derive(Debug, Clone)]
pub struct RequestId(pub String);

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// Pages hold no inline script and no inline style. `form-action` is left out: browsers apply it to where a form's answer leads, which is
/// the identity provider, at an address known only after discovery.
const POLICY: HeaderValue =
    HeaderValue::from_static("default-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'");

pub(crate) async fn guard(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let began = Instant::now();
    let id = RequestId(app.hub.env.uuid().simple().to_string());
    request.extensions_mut().insert(id.clone());
    let (method, uri, headers) = (request.method().clone(), request.uri().clone(), request.headers().clone());
    let route = request.extensions().get::<MatchedPath>().map_or("(none)", MatchedPath::as_str).to_owned();

    let response = if is_forged(&app, &method, uri.path(), &headers) {
        PageError(StatusCode::FORBIDDEN).into_response()
    } else {
        next.run(request).await
    };
    let status = response.status();
    let mut response = if response.extensions().get::<NeedsPage>().is_some() {
        problem_page(&app, &headers, &uri, status, &id)
    } else if status.is_client_error() && !response.headers().contains_key(header::CONTENT_TYPE)
        || is_bare_rejection(&response)
    {
        bare(&app, &headers, &uri, status, &id)
    } else {
        response
    };
    secure(&app, uri.path(), response.headers_mut());
    if let Ok(value) = HeaderValue::from_str(&id.0) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    app.metrics.observe(&method, &route, status, began.elapsed());
    // The route, not the path: a path may hold a token.
    tracing::debug!(id = id.0, %method, route, status = status.as_u16(), ms = began.elapsed().as_millis(), "request");
    response
}

/// The framework's own refusals (a body too large, a path that does not parse) come as plain text.
fn is_bare_rejection(response: &Response) -> bool {
    let plain =
        response.headers().get(header::CONTENT_TYPE).is_some_and(|value| value.as_bytes().starts_with(b"text/plain"));
    response.status().is_client_error() && plain
}

fn bare(app: &App, headers: &HeaderMap, uri: &axum::http::Uri, status: StatusCode, id: &RequestId) -> Response {
    if uri.path().starts_with("/b2c/") {
        return b2c::refused(app, status, id);
    }
    if uri.path().starts_with("/api/") || uri.path().starts_with("/hooks/") {
        if status == StatusCode::REQUEST_TIMEOUT {
            let within = app.config.body_within.as_secs();
            let detail =
                format!("the body of the request did not arrive within {within} s; nothing was done, so send it again");
            return Problem::new(status, "too_slow", detail).into_response();
        }
        let reason = status.canonical_reason().unwrap_or("The request was refused");
        return Problem::new(status, "refused", reason).into_response();
    }
    problem_page(app, headers, uri, status, id)
}

/// Whether another site made the browser send this: forms and scripts of other sites never act for somebody who is signed in here.
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

fn secure(app: &App, path: &str, headers: &mut HeaderMap) {
    // A link out of a mail carries its token: it must not travel on in a Referer. `no-referrer` would make older browsers send `Origin: null`
    // with the form on that page.
    let of_mails = ["/activate", "/password/", "/register/"].iter().any(|link| path.starts_with(link));
    let referrer = if of_mails { "strict-origin" } else { "same-origin" };
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static(referrer));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    // What people sent is served under a policy of its own.
    if !headers.contains_key(header::CONTENT_SECURITY_POLICY) {
        headers.insert(header::CONTENT_SECURITY_POLICY, POLICY);
    }
    headers.insert("cross-origin-opener-policy", HeaderValue::from_static("same-origin"));
    headers.insert("permissions-policy", HeaderValue::from_static("camera=(), geolocation=(), microphone=()"));
    if app.is_https() {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=31536000"));
    }
    if !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
}
