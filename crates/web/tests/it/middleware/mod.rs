//! Middleware of all interfaces, and the connections below it.

mod body_timeout;
mod connections;
mod form_claims;
mod headers;
mod metrics;
