//! The `Idempotency-Key` header of requests that may be sent again because their response was lost.

use axum::http::{HeaderMap, HeaderName};

use crate::Problem;
use crate::extract::api::bad_parameter;

const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");
/// Maximum number of characters of a key.
pub(super) const MAX_KEY_LENGTH: usize = 255;

pub(super) fn idempotency_key(headers: &HeaderMap) -> Result<Option<String>, Problem> {
    let Some(value) = headers.get(IDEMPOTENCY_KEY) else { return Ok(None) };
    let key = value.to_str().ok().map(str::trim).filter(|key| !key.is_empty() && key.len() <= MAX_KEY_LENGTH);
    key.map(|key| Some(key.to_owned()))
        .ok_or_else(|| bad_parameter(format!("`Idempotency-Key` must hold 1 to {MAX_KEY_LENGTH} visible characters")))
}
