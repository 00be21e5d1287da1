//! The `If-Match` header (RFC 9110): the version that a change is based on.

use axum::http::{HeaderMap, header};

use crate::Problem;
use crate::extract::api::bad_parameter;

/// The version in the `If-Match` header, if there is one.
pub(crate) fn if_match(headers: &HeaderMap) -> Result<Option<i64>, Problem> {
    let Some(value) = headers.get(header::IF_MATCH) else { return Ok(None) };
    let tag = value.to_str().ok().map(|tag| tag.trim().trim_start_matches("W/").trim_matches('"'));
    let version = tag.and_then(|tag| tag.parse().ok());
    version.map(Some).ok_or_else(|| bad_parameter("`If-Match` must hold the `ETag` that was answered"))
}
