//! Middleware of all interfaces, and the connections below it.

mod body_timeout;
mod connections;
mod metrics;
