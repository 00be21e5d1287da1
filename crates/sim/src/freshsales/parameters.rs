//! Parameters of a call, in its path and in its query.

use std::collections::HashMap;
use std::convert::Infallible;

use axum::extract::{FromRequestParts, RawPathParams};
use http::request::Parts;

use super::errors::Refusal;
use super::wire::Include;

/// The id in the path of a call. What is no number is the id of nothing.
#[derive(Debug, Clone, Copy)]
pub(super) struct Id(pub(super) u64);

impl<S: Send + Sync> FromRequestParts<S> for Id {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refusal> {
        let Name(text) = Name::from_request_parts(parts, state).await?;
        text.parse().map(Self).map_err(|_| Refusal::NotInCrm)
    }
}

/// The name in the path of a call.
#[derive(Debug, Clone)]
pub(super) struct Name(pub(super) String);

impl<S: Send + Sync> FromRequestParts<S> for Name {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refusal> {
        let path = RawPathParams::from_request_parts(parts, state).await.map_err(|_| Refusal::NotInCrm)?;
        path.iter().next().map(|(_, text)| Self(text.to_owned())).ok_or(Refusal::NotInCrm)
    }
}

/// The query of a call. Unknown parameters are ignored. Of repeated ones, the last one applies.
#[derive(Debug, Default)]
pub(super) struct Parameters(HashMap<String, String>);

impl<S: Sync> FromRequestParts<S> for Parameters {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Infallible> {
        let query = parts.uri.query().unwrap_or_default();
        Ok(Self(url::form_urlencoded::parse(query.as_bytes()).into_owned().collect()))
    }
}

impl Parameters {
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// `?include=owner,deals`
    pub(super) fn include(&self) -> Include {
        Include::new(self.get("include"))
    }
}
