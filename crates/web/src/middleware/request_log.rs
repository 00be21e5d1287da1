//! Logs every request, and counts it in the metrics.

use std::time::Instant;

use axum::Extension;
use axum::extract::{MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::Response;

use crate::App;
use crate::middleware::request_id::ServiceRequestId;

/// Records a request after its response.
pub(crate) async fn record(
    State(app): State<App>,
    Extension(id): Extension<ServiceRequestId>,
    request: Request,
    next: Next,
) -> Response {
    let began = Instant::now();
    let method = request.method().clone();
    // The route, not the path, because a path may contain a token.
    let route = request.extensions().get::<MatchedPath>().map_or("(none)", MatchedPath::as_str).to_owned();
    let response = next.run(request).await;
    let status = response.status();
    app.metrics.observe(&method, &route, status, began.elapsed());
    tracing::debug!(id = id.0, %method, route, status = status.as_u16(), ms = began.elapsed().as_millis(), "request");
    response
}
