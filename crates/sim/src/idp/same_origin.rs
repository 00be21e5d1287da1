//! Forms are taken only from our own pages.

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, Method, StatusCode, header};

use super::pages;

/// Refuses a form that another site's page has sent. A client that is no browser says nothing about where it comes from, and holds no
/// cookie that could be abused.
pub(super) async fn guard(request: Request, next: Next) -> Response {
    if request.method() == Method::POST && !from_here(request.headers()) {
        let page = pages::notice("This form came from another site", "Go back and open the sign-in page again.");
        return (StatusCode::FORBIDDEN, page).into_response();
    }
    next.run(request).await
}

fn from_here(headers: &HeaderMap) -> bool {
    let text = |name| headers.get(name).map(|value| value.to_str().unwrap_or_default());
    match text("sec-fetch-site") {
        Some(site) => site == "same-origin" || site == "none",
        None => match (text(header::ORIGIN.as_str()), text(header::HOST.as_str())) {
            (None, _) => true,
            (Some(origin), Some(host)) => {
                origin.strip_prefix("http://").or_else(|| origin.strip_prefix("https://")) == Some(host)
            }
            (Some(_), None) => false,
        },
    }
}
