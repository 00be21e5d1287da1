//! An id for every request, by which it is found in the log. It is our own: one that a client sends could be anything.

use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;

use crate::App;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The id by which a request is found in the log.
#[derive(Debug, Clone)]
pub struct ServiceRequestId(pub String);

/// Gives the request its id, and the answer too.
pub(crate) async fn assign(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let id = ServiceRequestId(app.hub.env.uuid().simple().to_string());
    request.extensions_mut().insert(id.clone());
    let mut response = next.run(request).await;
    if let Ok(value) = HeaderValue::from_str(&id.0) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    response
}
