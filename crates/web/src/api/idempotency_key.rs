//! Requests that may be sent again because their answer was lost.

use axum::http::{HeaderMap, HeaderName, StatusCode};
use tessera_hub::HubError;

use crate::Problem;
use crate::extract::api::bad_parameter;

const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");
const MAX_KEY_LENGTH: usize = 255;

pub(super) fn idempotency_key(headers: &HeaderMap) -> Result<Option<String>, Problem> {
    let Some(value) = headers.get(IDEMPOTENCY_KEY) else { return Ok(None) };
    let key = value.to_str().ok().map(str::trim).filter(|key| !key.is_empty() && key.len() <= MAX_KEY_LENGTH);
    key.map(|key| Some(key.to_owned()))
        .ok_or_else(|| bad_parameter(format!("`Idempotency-Key` must hold 1 to {MAX_KEY_LENGTH} visible characters")))
}

/// A key that came with another request is the request's fault, not the world's.
pub(super) fn refused(error: HubError) -> Problem {
    match error {
        HubError::Precondition { code: code @ "idempotency_key_reused", detail } => {
            Problem::new(StatusCode::UNPROCESSABLE_ENTITY, code, detail)
        }
        other => other.into(),
    }
}
