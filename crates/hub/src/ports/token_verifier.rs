//! Bearer tokens of the app API.

use std::fmt::Debug;

use async_trait::async_trait;
use jiff::Timestamp;

/// Accepts tokens of the configured issuers.
#[async_trait]
pub trait TokenVerifier: Debug + Send + Sync {
    /// The claims of a token that is genuine, meant for this API and valid now.
    async fn verify(&self, token: &str) -> Result<BearerClaims, BearerError>;
}

/// The verified content of a bearer token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BearerClaims {
    /// Who issued it.
    pub issuer: String,
    /// Whose it is.
    pub subject: String,
    /// The address, as told.
    pub email: Option<String>,
    /// Whether the issuer says that it verified the address; silence is a no.
    pub email_verified: bool,
    /// The name.
    pub name: Option<String>,
    /// Until when it is valid.
    pub expires_at: Timestamp,
    /// When the person proved who they are (`auth_time`), if the issuer tells.
    pub authenticated_at: Option<Timestamp>,
}

/// Why a bearer token is not accepted. All but the last mean 401.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BearerError {
    /// It is no signed token.
    #[error("the token is not a signed JWT. Send the access token that the identity provider issued.")]
    Malformed,
    /// Its algorithm is none of RS256, PS256 and ES256.
    #[error("the token is signed by an algorithm that is not accepted. Accepted are RS256, PS256 and ES256.")]
    Algorithm,
    /// It is an ID token.
    #[error("the token is no access token. Send the access token that the identity provider issued, not the ID token.")]
    NoAccessToken,
    /// Its issuer is none of the configured ones.
    #[error("the token's issuer is not accepted here. Sign in at one of the configured identity providers.")]
    Issuer,
    /// It is meant for someone else.
    #[error("the token is meant for another API. Ask for one whose audience is this API.")]
    Audience,
    /// Another policy issued it.
    #[error("the token was issued by another policy than the configured one.")]
    Policy,
    /// It has expired.
    #[error("the token has expired. Get a new one and try again.")]
    Expired,
    /// It is not valid yet.
    #[error("the token is not valid yet. Check the clock of the machine that issued it.")]
    NotYetValid,
    /// The signature is not the issuer's.
    #[error("the token's signature is not that of its issuer.")]
    Signature,
    /// Another application asked for it.
    #[error("the token was issued to an application that is not accepted here.")]
    Party,
    /// A claim that every token needs is missing or not readable.
    #[error("the token lacks a valid `{0}`.")]
    Claim(&'static str),
    /// The issuer's keys cannot be had; the token may be good. Means 503.
    #[error("the keys of the token's issuer cannot be read at present. Try again at {retry_at}.")]
    KeysUnavailable {
        /// When trying again makes sense.
        retry_at: Timestamp,
    },
}

impl BearerError {
    /// Whether the same token may be accepted later.
    pub const fn is_temporary(&self) -> bool {
        matches!(self, Self::KeysUnavailable { .. } | Self::NotYetValid)
    }
}
