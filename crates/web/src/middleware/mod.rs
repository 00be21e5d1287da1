//! Middleware for all requests, whatever their route.

pub(crate) mod body_timeout;
mod csrf;
mod error_pages;
pub(crate) mod form_once;
mod headers;
pub(crate) mod rate_limit;
pub(crate) mod request_id;
mod request_log;
pub(crate) mod shared_rate_limit;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn_with_state;

use crate::App;
use crate::extract::limits::MAX_BODY;
use crate::locale::choose;

/// Adds all middleware to the routes. A request passes the layers from the last one to the first.
pub(crate) fn around(routes: Router<App>, app: &App) -> Router<App> {
    routes
        .layer(DefaultBodyLimit::max(MAX_BODY))
        .layer(from_fn_with_state(app.clone(), form_once::carry_out_once))
        .layer(from_fn_with_state(app.clone(), body_timeout::limit))
        .layer(from_fn_with_state(app.clone(), csrf::refuse_forged))
        .layer(from_fn_with_state(app.clone(), error_pages::complete))
        .layer(from_fn_with_state(app.clone(), choose::choose))
        .layer(from_fn_with_state(app.clone(), headers::secure))
        .layer(from_fn_with_state(app.clone(), request_log::record))
        .layer(from_fn_with_state(app.clone(), request_id::assign))
}
