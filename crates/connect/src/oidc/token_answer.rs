//! The answer of the token endpoint (OpenID Connect Core §3.1.3.3).

use std::time::Duration;

use oauth2::{AccessToken, RefreshToken, Scope, TokenResponse, TokenType};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

/// An answer with an ID token. All else is read as far as it is usable: Azure AD B2C sends no access token unless a scope
/// of the client's own is requested.
#[derive(Debug, Clone, Deserialize, Serialize)]
pub(super) struct TokenAnswer {
    #[serde(default = "no_token", deserialize_with = "if_there")]
    access_token: AccessToken,
    #[serde(default)]
    token_type: AnyTokenType,
    #[serde(default)]
    id_token: Option<IdToken>,
}

/// An ID token, not verified yet. It is never logged.
#[derive(Clone, Deserialize, Serialize)]
#[serde(transparent)]
struct IdToken(String);

impl std::fmt::Debug for IdToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("IdToken([redacted])")
    }
}

/// The type of the access token, in whatever letters.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize)]
#[serde(transparent)]
pub(super) struct AnyTokenType(Value);

impl TokenType for AnyTokenType {}

fn no_token() -> AccessToken {
    AccessToken::new(String::new())
}

fn if_there<'de, D: Deserializer<'de>>(input: D) -> Result<AccessToken, D::Error> {
    Ok(Option::deserialize(input)?.unwrap_or_else(no_token))
}

impl TokenAnswer {
    /// The ID token.
    pub(super) fn id_token(&self) -> Option<&str> {
        self.id_token.as_ref().map(|token| token.0.as_str())
    }

    /// The access token, if there is one that can be sent as a bearer token.
    pub(super) fn bearer_token(&self) -> Option<&str> {
        let kind = self.token_type.0.as_str();
        let is_bearer = kind.is_none_or(|kind| kind.eq_ignore_ascii_case("bearer"));
        Some(self.access_token.secret().as_str()).filter(|token| is_bearer && !token.is_empty())
    }
}

impl TokenResponse for TokenAnswer {
    type TokenType = AnyTokenType;

    fn access_token(&self) -> &AccessToken {
        &self.access_token
    }

    fn token_type(&self) -> &AnyTokenType {
        &self.token_type
    }

    fn expires_in(&self) -> Option<Duration> {
        None
    }

    fn refresh_token(&self) -> Option<&RefreshToken> {
        None
    }

    fn scopes(&self) -> Option<&Vec<Scope>> {
        None
    }
}
