//! The API of a stand-in as a list of endpoints, so that a test can call every one of them.

use axum::Router;
use axum::handler::Handler;
use axum::routing::{MethodFilter, MethodRouter, on};
use http::Method;

/// A method of a path.
#[derive(Debug)]
pub(crate) struct Endpoint<S> {
    method: Method,
    path: &'static str,
    handler: MethodRouter<S>,
}

impl<S: Clone + Send + Sync + 'static> Endpoint<S> {
    pub(crate) fn get<T: 'static>(path: &'static str, handler: impl Handler<T, S>) -> Self {
        Self { method: Method::GET, path, handler: on(MethodFilter::GET, handler) }
    }

    pub(crate) fn post<T: 'static>(path: &'static str, handler: impl Handler<T, S>) -> Self {
        Self { method: Method::POST, path, handler: on(MethodFilter::POST, handler) }
    }

    pub(crate) fn put<T: 'static>(path: &'static str, handler: impl Handler<T, S>) -> Self {
        Self { method: Method::PUT, path, handler: on(MethodFilter::PUT, handler) }
    }

    pub(crate) fn delete<T: 'static>(path: &'static str, handler: impl Handler<T, S>) -> Self {
        Self { method: Method::DELETE, path, handler: on(MethodFilter::DELETE, handler) }
    }

    /// Changes how the endpoint answers, for example by a layer.
    pub(crate) fn map(self, change: impl FnOnce(MethodRouter<S>) -> MethodRouter<S>) -> Self {
        Self { handler: change(self.handler), ..self }
    }

    /// Method and path, with parameters in braces.
    pub(crate) fn route(&self) -> (Method, &'static str) {
        (self.method.clone(), self.path)
    }
}

/// The router of these endpoints. Other methods of their paths are answered with 405.
pub(crate) fn router<S: Clone + Send + Sync + 'static>(endpoints: Vec<Endpoint<S>>) -> Router<S> {
    endpoints.into_iter().fold(Router::new(), |router, endpoint| router.route(endpoint.path, endpoint.handler))
}
