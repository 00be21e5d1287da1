//! Non-standard claims of identity providers.

use openidconnect::AdditionalClaims;
use serde::{Deserialize, Serialize};

/// Claims in addition to the standard ones.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct ProviderClaims {
    /// The policy (Azure AD B2C).
    pub(super) tfp: Option<String>,
    /// The account that the user signed in with at the provider.
    pub(super) idp: Option<String>,
    /// Addresses of a B2C user flow, which sends no `email`.
    #[serde(default, deserialize_with = "one_or_many")]
    pub(super) emails: Vec<String>,
    /// Not valid before this time, in seconds since 1970.
    pub(super) nbf: Option<f64>,
}

impl AdditionalClaims for ProviderClaims {}

fn one_or_many<'de, D: serde::Deserializer<'de>>(input: D) -> Result<Vec<String>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum OneOrMany {
        One(String),
        Many(Vec<String>),
        Else(serde::de::IgnoredAny),
    }
    Ok(match OneOrMany::deserialize(input)? {
        OneOrMany::One(address) => vec![address],
        OneOrMany::Many(addresses) => addresses,
        OneOrMany::Else(_) => Vec::new(),
    })
}
