//! The client's IP address.

use std::net::SocketAddr;

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::request::Parts;

use crate::App;

/// The client's IP address, used to count failed attempts. Empty if unknown.
#[derive(Debug, Clone)]
pub struct ClientAddr(pub String);

impl FromRequestParts<App> for ClientAddr {
    type Rejection = std::convert::Infallible;
    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Self::Rejection> {
        let forwarded = parts
            .headers
            .get_all("x-forwarded-for")
            .iter()
            .next_back()
            .and_then(|value| value.to_str().ok())
            .filter(|_| app.config.trust_forwarded_for);
        // The last address of the last header was added by our own proxy. The addresses before it come from the client
        // and cannot be trusted.
        let forwarded = forwarded.and_then(|list| list.rsplit(',').next()).map(|address| address.trim().to_owned());
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip().to_string());
        Ok(Self(forwarded.or(peer).unwrap_or_default()))
    }
}
