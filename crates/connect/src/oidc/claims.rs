//! What a provider says of a person.

use openidconnect::AdditionalClaims;
use serde::{Deserialize, Serialize};
use tessera_core::kernel::record::{Attributes, Kind, Observation, RecordKey, User};

/// The verified content of an ID token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claims {
    /// Who issued it.
    pub issuer: String,
    /// Who signed in: stable and never reused within the issuer.
    pub subject: String,
    /// The address, as told.
    pub email: Option<String>,
    /// Whether the issuer says that it verified the address; silence is a no.
    pub email_verified: bool,
    /// The name.
    pub name: Option<String>,
    /// Through which account the person signed in at the provider, if it tells (`google.com`…).
    pub idp: Option<String>,
    /// The ID token itself, for signing out there.
    pub id_token: String,
    /// When the read was started.
    pub read_at: jiff::Timestamp,
}

impl Claims {
    /// The account at the provider as a record of the system `system`.
    pub fn observation(&self, system: &str) -> Observation {
        let user = User {
            issuer: self.issuer.clone(),
            email: self.email.clone(),
            email_verified: self.email_verified,
            name: self.name.clone(),
        };
        let raw = serde_json::json!({
            "iss": self.issuer, "sub": self.subject, "email": self.email, "email_verified": self.email_verified,
            "name": self.name, "idp": self.idp,
        });
        Observation {
            key: RecordKey::new(system, Kind::User, self.subject.clone()),
            attributes: Attributes::User(user),
            raw,
            updated_at: None,
            read_at: self.read_at,
        }
    }
}

/// Claims beyond the standard ones.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct ProviderClaims {
    /// The policy (Azure AD B2C).
    pub(super) tfp: Option<String>,
    /// Through which account.
    pub(super) idp: Option<String>,
    /// Addresses of a B2C user flow, which sends no `email`.
    #[serde(default, deserialize_with = "one_or_many")]
    pub(super) emails: Vec<String>,
    /// Not valid before, in seconds since 1970.
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
