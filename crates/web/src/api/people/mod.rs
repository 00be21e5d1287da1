//! People who sign in, the places they see, the contacts they are, and why a door is open or shut to them (`P01`–`P08`, `P13`).

pub mod access;
pub(super) mod contacts;
pub(super) mod persons;
pub(super) mod places;

use axum::http::{HeaderMap, StatusCode, header};
use serde::{Deserialize, Deserializer};
use tessera_hub::HubError;

use super::extract::bad_parameter;
use crate::Problem;

/// What a change says of a field that may be empty: nothing, or what it shall be; `null` empties it.
#[derive(Debug, Clone, Default)]
enum Patch<T> {
    /// Not there: it stays.
    #[default]
    Nothing,
    /// It shall be this.
    Be(Option<T>),
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Patch<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Option::deserialize(deserializer).map(Self::Be)
    }
}

impl<T: Clone> Patch<T> {
    /// What the field is after the change.
    fn over<U: From<T>>(&self, before: Option<U>) -> Option<U> {
        match self {
            Self::Nothing => before,
            Self::Be(after) => after.clone().map(U::from),
        }
    }
}

/// What a body wants and cannot be is the body's fault; what the world refuses is not.
fn refused(error: HubError) -> Problem {
    match error {
        HubError::Precondition { code, detail } if code.starts_with("invalid_") || code == "unknown_licence_type" => {
            Problem::new(StatusCode::UNPROCESSABLE_ENTITY, code, detail)
        }
        HubError::NotFound(detail) => Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "unknown_reference", detail),
        other => other.into(),
    }
}

/// The version a change was made on, when the request says so.
fn if_match(headers: &HeaderMap) -> Result<Option<i64>, Problem> {
    let Some(value) = headers.get(header::IF_MATCH) else { return Ok(None) };
    let tag = value.to_str().ok().map(|tag| tag.trim().trim_start_matches("W/").trim_matches('"'));
    let version = tag.and_then(|tag| tag.parse().ok());
    version.map(Some).ok_or_else(|| bad_parameter("`If-Match` must hold the `ETag` that was answered"))
}
