//! Answers: errors, objects and pages.

use axum::Json;
use axum::response::{IntoResponse, Response};
use http::header::{LINK, LOCATION};
use http::{HeaderValue, StatusCode};
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::call::Call;

/// A rejected request.
#[derive(Debug)]
pub enum Refusal {
    /// 400: invalid fields.
    Invalid(Vec<FieldError>),
    /// 409: a duplicate value.
    Duplicate(FieldError),
    /// Another status with a code and a message.
    Coded(StatusCode, &'static str, &'static str),
    /// 404, without a body.
    NotFound,
}

/// A field error.
#[derive(Debug, Clone, Serialize)]
pub struct FieldError {
    /// Field name.
    pub field: String,
    /// Message.
    pub message: String,
    /// Error code.
    pub code: &'static str,
}

impl FieldError {
    /// An invalid value.
    pub fn value(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self { field: field.into(), message: message.into(), code: "invalid_value" }
    }

    /// A missing mandatory field.
    pub fn missing(field: impl Into<String>) -> Self {
        Self { field: field.into(), message: "This field cannot be empty".to_owned(), code: "missing_field" }
    }

    /// A field that is not allowed.
    pub fn unexpected(field: impl Into<String>) -> Self {
        Self::value(field, "Unexpected/invalid field in request")
    }
}

impl Refusal {
    /// An invalid value of a single field.
    pub fn value(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self::Invalid(vec![FieldError::value(field, message)])
    }

    /// `Ok` if there are no errors.
    pub fn unless_empty(errors: Vec<FieldError>) -> Result<(), Self> {
        if errors.is_empty() { Ok(()) } else { Err(Self::Invalid(errors)) }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let validation = |errors: Value| json!({ "description": "Validation failed", "errors": errors });
        match self {
            Self::Invalid(errors) => (StatusCode::BAD_REQUEST, Json(validation(json!(errors)))).into_response(),
            Self::Duplicate(error) => (StatusCode::CONFLICT, Json(validation(json!([error])))).into_response(),
            Self::Coded(status, code, message) => {
                (status, Json(json!({ "code": code, "message": message }))).into_response()
            }
            Self::NotFound => StatusCode::NOT_FOUND.into_response(),
        }
    }
}

/// The error body of a status, for faults.
pub fn error_body(status: StatusCode) -> Value {
    let (code, message) = match status {
        StatusCode::UNAUTHORIZED => ("invalid_credentials", "You have to be logged in to perform this action."),
        StatusCode::FORBIDDEN => ("access_denied", "You are not authorized to perform this action."),
        StatusCode::TOO_MANY_REQUESTS => return json!({}),
        _ => ("internal_error", "We're sorry, but something went wrong."),
    };
    json!({ "code": code, "message": message })
}

/// `{"name": row}`
pub fn one(name: &str, row: impl Serialize) -> Response {
    Json(wrapped(name, row)).into_response()
}

/// `{"name": row}` with status 201 and the URL of the new row.
pub fn created(call: &Call, name: &str, key: u64, row: impl Serialize) -> Response {
    let mut response = (StatusCode::CREATED, Json(wrapped(name, row))).into_response();
    if let Ok(address) = HeaderValue::from_str(&format!("{}/{key}", call.url())) {
        response.headers_mut().insert(LOCATION, address);
    }
    response
}

/// `{"name": [rows]}`, with a `Link` header if there is a next page and the endpoint supports it.
pub fn many(name: &str, rows: impl Serialize, next: Option<String>) -> Response {
    let mut response = Json(wrapped(name, rows)).into_response();
    if let Some(Ok(link)) = next.map(|url| HeaderValue::from_str(&format!("<{url}>;rel=\"next\""))) {
        response.headers_mut().insert(LINK, link);
    }
    response
}

fn wrapped(name: &str, content: impl Serialize) -> Map<String, Value> {
    Map::from_iter([(name.to_owned(), json!(content))])
}
