//! The faces: app and admin API, hooks, activation, portal, console.
//!
//! Each folder is one face. A face turns a request into a journey of the hub and the outcome into an answer; it decides nothing itself.

pub mod access;
pub mod activation;
pub mod api;
mod app;
pub mod b2c;
pub mod console;
mod csv;
mod door;
mod files;
mod form;
mod guard;
mod hooks;
mod letters;
mod ops;
mod page;
pub mod portal;
mod problem;
mod routes;
mod session;
mod sign_in;
mod slow;
mod throttle;
pub mod timeline;
mod vendor;
pub mod view;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use routes::Routes;

pub use app::{App, HookAuth, WebConfig};
pub use hooks::HookFields;
pub use letters::PageLetters;
pub use page::{Answer, PageError};
pub use problem::Problem;
pub use routes::{Route, Rule};
pub use throttle::Throttle;

/// The largest body any of our own faces accepts, in bytes.
const BODY_LIMIT: usize = 1024 * 1024;

/// Every face with its routes.
fn faces() -> Routes {
    ops::routes()
        .merge(activation::routes())
        .merge(sign_in::routes())
        .merge(door::routes())
        .nest("/portal/customer", portal::routes())
        .nest("/console", console::routes())
        .nest("/api/v1", api::routes())
        .nest("/hooks", hooks::routes())
        .nest("/b2c", b2c::routes())
}

/// Every route of the hub, and who may ask it.
pub fn routes() -> Vec<Route> {
    faces().into_declared().into_iter().chain(vendor::declared()).collect()
}

/// What answers at every route of the hub.
pub fn router(app: App) -> Router {
    faces()
        .into_router()
        .fallback(vendor::or_not_found)
        .method_not_allowed_fallback(vendor::or_not_allowed)
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .layer(axum::middleware::from_fn_with_state(app.clone(), slow::limit))
        .layer(axum::middleware::from_fn_with_state(app.clone(), guard::guard))
        .with_state(app)
}
