//! Bodies for error responses that have none: a page, or the error format of the interface.

use axum::Extension;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::middleware::request_id::ServiceRequestId;
use crate::respond::page::{Because, NeedsPage, problem_page};
use crate::{App, Problem, b2c};

/// Adds a body to an error response that has none.
pub(crate) async fn complete(
    State(app): State<App>,
    Extension(id): Extension<ServiceRequestId>,
    request: Request,
    next: Next,
) -> Response {
    let (uri, headers) = (request.uri().clone(), request.headers().clone());
    let response = next.run(request).await;
    let status = response.status();
    if response.extensions().get::<NeedsPage>().is_some() {
        let because = response.extensions().get::<Because>().copied();
        problem_page(&app, &headers, &uri, status, &id, because)
    } else if status.is_client_error() && !response.headers().contains_key(header::CONTENT_TYPE)
        || is_bare_rejection(&response)
    {
        bare(&app, &headers, &uri, status, &id)
    } else {
        response
    }
}

/// Whether the response is one of the framework's own errors (a body too large, a malformed path), which are plain
/// text.
fn is_bare_rejection(response: &Response) -> bool {
    let plain =
        response.headers().get(header::CONTENT_TYPE).is_some_and(|value| value.as_bytes().starts_with(b"text/plain"));
    response.status().is_client_error() && plain
}

fn bare(app: &App, headers: &HeaderMap, uri: &Uri, status: StatusCode, id: &ServiceRequestId) -> Response {
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
    problem_page(app, headers, uri, status, id, None)
}
