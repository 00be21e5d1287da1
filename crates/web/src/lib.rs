//! The HTTP interfaces: portal, console, API, activation, webhooks, marketplace and B2C.
//!
//! Each interface has a folder. It turns a request into a journey of the hub, and the outcome into a response. It
//! contains no rules of its own.

pub mod activation;
pub mod api;
mod app;
mod auth;
pub mod b2c;
mod connections;
pub mod console;
pub(crate) mod devices;
mod emails;
pub mod explain;
pub(crate) mod extract;
#[cfg(feature = "fuzzing")]
pub mod fuzzing;
mod health;
mod hooks;
mod lifecycle;
pub mod locale;
mod marketplace_api;
mod metrics;
pub(crate) mod middleware;
pub mod pages;
pub mod portal;
pub(crate) mod respond;
mod server;
mod storefront;
mod tech;
pub mod timeline;
mod warehouse;
mod work_orders;

use auth::route_access::{Routes, rewriting};
use axum::Router;
use respond::page;

pub use app::{App, ConnectionLimits, HookAuth, WebConfig};
pub use auth::permissions::{Need, need};
pub use auth::route_access::{Route, Rule};
pub use emails::TemplateEmails;
pub use extract::trusted_proxies::{ForwardedHeader, Network, NetworkError, TrustedProxies};
pub use hooks::HookFields;
pub use lifecycle::Lifecycle;
pub use middleware::rate_limit::RateLimit;
pub use respond::page::{Answer, PageError};
pub use respond::problem::Problem;
pub use server::serve;

/// The routes of all interfaces.
fn faces() -> Routes {
    health::routes()
        .merge(activation::routes())
        .merge(auth::callback::routes())
        .merge(auth::routes())
        .nest("/portal/customer", portal::routes())
        .nest("/portal/tech", tech::routes())
        .nest("/portal/warehouse", warehouse::routes())
        .nest("/console", console::routes())
        .nest("/shop", storefront::routes())
        .nest("/api/v1", api::routes())
        .nest("/hooks", hooks::routes())
        .nest("/b2c", b2c::routes())
        .merge(marketplace_api::routes())
}

/// All routes of the hub with their access rules.
pub fn routes() -> Vec<Route> {
    faces().into_declared()
}

/// The router for all routes of the hub.
pub fn router(app: App) -> Router {
    let routes = faces().into_router().fallback(page::not_found).method_not_allowed_fallback(page::method_not_allowed);
    let routes = middleware::around(routes, &app).with_state(app.clone());
    rewriting(routes, app, direct)
}

/// Changes a request before its route is chosen.
fn direct(app: &App, request: &mut axum::extract::Request) {
    marketplace_api::direct(app, request);
    middleware::form_once::take_key(request);
    locale::choose::take_choice(request);
}
