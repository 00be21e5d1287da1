//! Security headers of responses.

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response;

use crate::App;

/// Content security policy. Pages have no inline scripts or styles. `form-action` is left out, because browsers also
/// apply it to redirects after a form: to the identity provider, whose address is known only after discovery.
const POLICY: HeaderValue =
    HeaderValue::from_static("default-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'");

/// Adds the headers to every response.
pub(crate) async fn secure(State(app): State<App>, request: Request, next: Next) -> Response {
    let referrer = referrer_policy(request.uri().path());
    let mut response = next.run(request).await;
    add(&app, referrer, response.headers_mut());
    response
}

fn referrer_policy(path: &str) -> &'static str {
    // The address of a link in an e-mail contains its token, which must not be sent on in a `Referer`. With
    // `no-referrer`, older browsers would send `Origin: null` with the form on that page.
    let of_mails = ["/activate", "/password/", "/register/", "/unsubscribe/"].iter().any(|link| path.starts_with(link));
    if of_mails { "strict-origin" } else { "same-origin" }
}

fn add(app: &App, referrer: &'static str, headers: &mut HeaderMap) {
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static(referrer));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    // Uploaded files are served with a policy of their own.
    if !headers.contains_key(header::CONTENT_SECURITY_POLICY) {
        headers.insert(header::CONTENT_SECURITY_POLICY, POLICY);
    }
    headers.insert("cross-origin-opener-policy", HeaderValue::from_static("same-origin"));
    headers.insert("permissions-policy", HeaderValue::from_static("camera=(), geolocation=(), microphone=()"));
    if app.is_https() {
        let lasting =
            if app.config.hsts_subdomains { "max-age=31536000; includeSubDomains" } else { "max-age=31536000" };
        headers.insert(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static(lasting));
    }
    if !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
}
