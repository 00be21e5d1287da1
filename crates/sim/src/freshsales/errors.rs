//! Error answers.

use axum::Json;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use serde_json::{Value, json};

/// A rejected call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Refusal {
    /// Missing or wrong API key.
    Unauthorized,
    /// Not allowed. The answer for unknown views, too.
    Forbidden,
    /// Unknown record, or in the recycle bin.
    NotInCrm,
    /// Invalid body or parameter, with one message for each reason.
    Invalid(Vec<String>),
    /// Rate limit exceeded, with the seconds until the next window.
    TooMany(u64),
}

impl Refusal {
    /// An invalid call with a single reason.
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

/// The error body of a status.
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

/// Answer for unknown paths.
pub(super) async fn no_such_route() -> Response {
    answer(StatusCode::NOT_FOUND)
}

fn answer(status: StatusCode) -> Response {
    (status, Json(body(status))).into_response()
}
