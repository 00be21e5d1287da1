//! Service requests in the portal (`P09`, `P15`). Every read is limited to the reader's places (`P08`).

mod list;
mod new;
pub(crate) mod one;
pub(crate) mod presenter;
mod workflows;

use crate::auth::route_access::{Routes, Rule, get, post};
use crate::extract::limits::MAX_UPLOAD;
use crate::respond::page::PageError;

/// The path of the list of requests.
pub(crate) const HOME: &str = "/portal/customer/requests";

/// The routes, relative to `/portal/customer`.
pub(super) fn routes() -> Routes {
    Routes::of(Rule::CustomerPortal)
        .route("/requests", get(list::list))
        .route("/requests/new", get(new::form).post(new::open).at_most(MAX_UPLOAD))
        .route("/requests/{id}", get(one::show))
        .route("/requests/{id}/comment", post(one::comment).at_most(MAX_UPLOAD))
        .route("/requests/{id}/close", post(one::close))
        .route("/requests/{id}/reopen", post(one::reopen))
        .route("/requests/{id}/decide", post(one::decide))
        .route("/requests/{id}/files/{file}", get(one::file))
        .route("/workflows", get(workflows::show))
        .route("/workflows/{kind}", post(workflows::change))
}

/// Parses an id of the path. Invalid text is reported as not found.
fn id<Id: std::str::FromStr>(text: &str) -> Result<Id, PageError> {
    text.parse().map_err(|_| PageError::NOT_FOUND)
}
