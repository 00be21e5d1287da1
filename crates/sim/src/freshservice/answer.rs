//! How the API says no, and how it shows rows and pages.

use axum::Json;
use axum::response::{IntoResponse, Response};
use http::header::{LINK, LOCATION};
use http::{HeaderValue, StatusCode};
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::call::Call;

/// Why a request was refused.
#[derive(Debug)]
pub enum Refusal {
    /// 400: fields that do not hold what they should.
    Invalid(Vec<FieldError>),
    /// 409: a value that somebody else has already.
    Duplicate(FieldError),
    /// Any other status with a code and a message.
    Coded(StatusCode, &'static str, &'static str),
    /// 404, which has no body.
    NotFound,
}

/// What is wrong with one field.
#[derive(Debug, Clone, Serialize)]
pub struct FieldError {
    /// The field's name.
    pub field: String,
    /// The reason in words.
    pub message: String,
    /// The reason as a code.
    pub code: &'static str,
}

impl FieldError {
    /// A value out of the allowed range or in the wrong form.
    pub fn value(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self { field: field.into(), message: message.into(), code: "invalid_value" }
    }

    /// A mandatory field without a value.
    pub fn missing(field: impl Into<String>) -> Self {
        Self { field: field.into(), message: "This field cannot be empty".to_owned(), code: "missing_field" }
    }

    /// A field that the request may not have.
    pub fn unexpected(field: impl Into<String>) -> Self {
        Self::value(field, "Unexpected/invalid field in request")
    }
}

impl Refusal {
    /// One wrong value.
    pub fn value(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self::Invalid(vec![FieldError::value(field, message)])
    }

    /// `Ok` when there is nothing to complain about.
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

/// The body of an error that has only a status, as a fault makes it.
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

/// `{"name": row}` with 201 and the address of the new row.
pub fn created(call: &Call, name: &str, key: u64, row: impl Serialize) -> Response {
    let mut response = (StatusCode::CREATED, Json(wrapped(name, row))).into_response();
    if let Ok(address) = HeaderValue::from_str(&format!("{}/{key}", call.url())) {
        response.headers_mut().insert(LOCATION, address);
    }
    response
}

/// `{"name": [rows]}`, with a `Link` header when there is a next page that the endpoint tells of.
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
