//! How the outside system says no.

use axum::Json;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use serde_json::{Value, json};

/// A refused call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Refusal {
    /// No key, or the wrong one.
    Unauthorized,
    /// Not allowed; a view that does not exist answers so too.
    Forbidden,
    /// There is no such record, or it lies in the recycle bin.
    NotInCrm,
    /// The body or a parameter is not acceptable, with one message per reason.
    Invalid(Vec<String>),
    /// The account used up its requests; seconds until it may go on.
    TooMany(u64),
}

impl Refusal {
    /// An invalid call for one reason.
    pub(super) fn invalid(reason: impl Into<String>) -> Self {
        Self::Invalid(vec![reason.into()])
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        match self {
            Self::Unauthorized => answer(StatusCode::UNAUTHORIZED),
            Self::Forbidden => answer(StatusCode::FORBIDDEN),
            Self::NotInCrm => answer(StatusCode::NOT_FOUND),
            Self::Invalid(messages) => {
                let body = json!({ "errors": { "code": 400, "message": messages } });
                (StatusCode::BAD_REQUEST, Json(body)).into_response()
            }
            Self::TooMany(seconds) => {
                let mut response = answer(StatusCode::TOO_MANY_REQUESTS);
                response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
                response
            }
        }
    }
}

/// The body that goes with a status.
pub(super) fn body(status: StatusCode) -> Value {
    let message = match status {
        StatusCode::UNAUTHORIZED => return json!({ "login": "failed" }),
        StatusCode::FORBIDDEN => "You are not authorized to perform this action.",
        StatusCode::NOT_FOUND => "The record you are looking for is not in the CRM.",
        StatusCode::TOO_MANY_REQUESTS => "Too many requests",
        other => other.canonical_reason().unwrap_or("Error"),
    };
    json!({ "errors": { "code": status.as_u16(), "message": [message] } })
}

/// A path that the interface does not have.
pub(super) async fn no_such_route() -> Response {
    answer(StatusCode::NOT_FOUND)
}

fn answer(status: StatusCode) -> Response {
    (status, Json(body(status))).into_response()
}
