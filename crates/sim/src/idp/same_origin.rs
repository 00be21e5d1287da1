//! Cross-site request protection: forms are only accepted from the provider's own pages.

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, Method, StatusCode, header};

use super::pages;

/// Rejects forms sent by pages of other sites. Clients other than browsers send no origin, and have no cookie that
/// could be abused.
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
