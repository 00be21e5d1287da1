//! An id for every request, to find it in the log. The hub generates it, because an id sent by a client could be
//! anything.

use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;

use crate::App;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The id of a request in the log.
#[derive(Debug, Clone)]
pub struct ServiceRequestId(pub String);

/// Assigns an id to the request and sends it with the response.
pub(crate) async fn assign(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let id = ServiceRequestId(app.hub.env.uuid().simple().to_string());
    request.extensions_mut().insert(id.clone());
    let mut response = next.run(request).await;
    if let Ok(value) = HeaderValue::from_str(&id.0) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    response
}
