//! Logs every request, and counts it in the metrics. Requests that were refused are logged at the usual level too, as many of each
//! client as anybody reads.

use std::net::SocketAddr;
use std::time::Instant;

use axum::Extension;
use axum::extract::{ConnectInfo, MatchedPath, Request, State};
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::Response;

use crate::App;
use crate::extract::client_addr::network_of;
use crate::middleware::request_id::ServiceRequestId;

/// Maximum number of refused requests of one client that are logged in a minute at the usual level.
const REFUSED: u32 = 20;
/// The same, of all clients.
const REFUSED_IN_ALL: u32 = 600;

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
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip());
    let client = app.config.proxies.client(peer, request.headers());
    let response = next.run(request).await;
    let status = response.status();
    app.metrics.observe(&method, &route, status, began.elapsed());
    let ms = began.elapsed().as_millis();
    let is_refused = matches!(status, StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN | StatusCode::TOO_MANY_REQUESTS);
    let client = client.map(|address| network_of(address).to_string()).unwrap_or_default();
    if is_refused && is_logged(&app, &client) {
        tracing::info!(id = id.0, %method, route, status = status.as_u16(), ms, "a request was refused");
    } else {
        tracing::debug!(id = id.0, %method, route, status = status.as_u16(), ms, "request");
    }
    response
}

fn is_logged(app: &App, client: &str) -> bool {
    let now = app.hub.env.now();
    app.refusals.take(client, REFUSED, now) && app.refusals.take("all", REFUSED_IN_ALL, now)
}
