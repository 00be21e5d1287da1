//! Headers that make answers safe.

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response;

use crate::App;

/// Pages hold no inline script and no inline style. `form-action` is left out: browsers apply it to where a form's answer leads, which is
/// the identity provider, at an address known only after discovery.
const POLICY: HeaderValue =
    HeaderValue::from_static("default-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'");

/// Adds the headers to every answer.
pub(crate) async fn secure(State(app): State<App>, request: Request, next: Next) -> Response {
    let referrer = referrer_policy(request.uri().path());
    let mut response = next.run(request).await;
    add(&app, referrer, response.headers_mut());
    response
}

fn referrer_policy(path: &str) -> &'static str {
    // A link out of a mail carries its token: it must not travel on in a Referer. `no-referrer` would make older browsers send `Origin: null`
    // with the form on that page.
    let of_mails = ["/activate", "/password/", "/register/"].iter().any(|link| path.starts_with(link));
    if of_mails { "strict-origin" } else { "same-origin" }
}

fn add(app: &App, referrer: &'static str, headers: &mut HeaderMap) {
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
