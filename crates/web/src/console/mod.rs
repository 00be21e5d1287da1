//! PLACEHOLDER
use axum::Router;
use crate::App;
/// The routes.
pub fn routes() -> Router<App> { Router::new() }
