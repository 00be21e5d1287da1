//! Ids in paths.

use axum::extract::{FromRequestParts, RawPathParams};
use http::request::Parts;

use super::answer::{FieldError, Refusal};

/// The id in the path of a request.
#[derive(Debug, Clone, Copy)]
pub struct Id(pub u64);

impl<S: Send + Sync> FromRequestParts<S> for Id {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refusal> {
        let Ok(path) = RawPathParams::from_request_parts(parts, state).await else { return Err(no_number("id")) };
        let (name, text) = path.iter().next().unwrap_or(("id", ""));
        if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(no_number(name));
        }
        // A number that is too large is the id of nothing.
        text.parse().map(Self).map_err(|_| Refusal::NotFound)
    }
}

fn no_number(name: &str) -> Refusal {
    let error = FieldError::value(name, "It should be a/an Positive Integer");
    Refusal::Invalid(vec![FieldError { code: "datatype_mismatch", ..error }])
}
