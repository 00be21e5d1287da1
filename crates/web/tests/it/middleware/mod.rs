//! Middleware of all interfaces.

mod body_timeout;
