//! Verification of ID tokens, and their claims.

use std::time::SystemTime;

use jiff::Timestamp;
use openidconnect::core::{
    CoreGenderClaim, CoreJsonWebKeySet, CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm,
};
use openidconnect::{
    AdditionalClaims, ClaimsVerificationError, ClientId, IdToken, IdTokenClaims, IdTokenVerifier, IssuerUrl, Nonce,
    SignatureVerificationError,
};
use serde::{Deserialize, Serialize};
use tessera_hub::ports::Claims;

use super::config::Config;
use super::discovery::Snapshot;

pub(super) type ProviderIdToken =
    IdToken<ProviderClaims, CoreGenderClaim, CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm>;
pub(super) type ProviderIdTokenClaims = IdTokenClaims<ProviderClaims, CoreGenderClaim>;

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

/// Verifies signature, algorithm, issuer, audience, nonce and times (OpenID Connect Core §3.1.3.7).
pub(super) fn verify(
    config: &Config,
    now: Timestamp,
    snapshot: &Snapshot,
    token: &ProviderIdToken,
    nonce: &Nonce,
) -> Result<ProviderIdTokenClaims, ClaimsVerificationError> {
    let keys: CoreJsonWebKeySet = serde_json::from_value(snapshot.keys.clone())
        .map_err(|_| ClaimsVerificationError::Other("the provider's keys cannot be read".to_owned()))?;
    let issuer = IssuerUrl::new(config.issuer.clone())
        .map_err(|_| ClaimsVerificationError::InvalidIssuer("the configured issuer is no URL".to_owned()))?;
    let latest = SystemTime::from(now.saturating_add(config.clock_skew).unwrap_or(now));
    let earliest = SystemTime::from(now.saturating_sub(config.clock_skew).unwrap_or(now));
    // The verifier of a public client is used on purpose: with a client secret it would accept HS256.
    let verifier = IdTokenVerifier::new_public_client(ClientId::new(config.client_id.clone()), issuer, keys)
        .set_allowed_algs([
            CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
            CoreJwsSigningAlgorithm::RsaSsaPssSha256,
            CoreJwsSigningAlgorithm::EcdsaP256Sha256,
        ])
        .set_time_fn(move || earliest.into())
        .set_issue_time_verifier_fn(move |issued_at| {
            if SystemTime::from(issued_at) > latest { Err("issued in the future".to_owned()) } else { Ok(()) }
        });
    token.claims(&verifier, nonce).cloned()
}

/// Whether the cause may be a key rotation at the provider.
pub(super) fn may_be_rotation(refusal: &ClaimsVerificationError) -> bool {
    matches!(
        refusal,
        ClaimsVerificationError::SignatureVerification(
            SignatureVerificationError::NoMatchingKey | SignatureVerificationError::CryptoError(_)
        )
    )
}

/// Converts the claims of a verified token, if the configuration accepts it.
pub(super) fn accepted(
    config: &Config,
    now: Timestamp,
    claims: &ProviderIdTokenClaims,
    token: &ProviderIdToken,
    read_at: Timestamp,
) -> Result<Claims, &'static str> {
    let more = claims.additional_claims();
    let latest = now.saturating_add(config.clock_skew).unwrap_or(Timestamp::MAX);
    if more.nbf.is_some_and(|nbf| nbf > latest.as_duration().as_secs_f64()) {
        return Err("the ID token is not valid yet");
    }
    if let Some(expected) = &config.expected_policy {
        let acr = claims.auth_context_ref().map(|acr| acr.as_str());
        if !more.tfp.as_deref().or(acr).is_some_and(|policy| policy.eq_ignore_ascii_case(expected)) {
            return Err("the ID token was issued by another policy");
        }
    }
    let email = claims.email().map(|email| email.to_string());
    Ok(Claims {
        issuer: config.issuer.clone(),
        subject: claims.subject().to_string(),
        email_verified: email.is_some() && claims.email_verified() == Some(true),
        email: email.or_else(|| more.emails.first().cloned()),
        name: claims
            .name()
            .and_then(|name| name.get(None).or_else(|| name.iter().next().map(|(_, name)| name)))
            .map(|name| name.to_string()),
        idp: more.idp.clone(),
        id_token: token.to_string(),
        read_at,
    })
}

/// The error without any content of the token.
pub(super) fn why(refusal: &ClaimsVerificationError) -> &'static str {
    match refusal {
        ClaimsVerificationError::Expired(_) => "the ID token has expired, or was issued in the future",
        ClaimsVerificationError::InvalidAudience(_) => "the ID token is meant for another client",
        ClaimsVerificationError::InvalidIssuer(_) => "the ID token was issued by somebody else",
        ClaimsVerificationError::InvalidNonce(_) => "the ID token belongs to another sign-in",
        ClaimsVerificationError::InvalidSubject(_) => "the ID token's subject is not valid",
        ClaimsVerificationError::SignatureVerification(SignatureVerificationError::DisallowedAlg(_)) => {
            "the ID token is signed by an algorithm that is not allowed"
        }
        ClaimsVerificationError::SignatureVerification(_) => "the ID token's signature is not the provider's",
        ClaimsVerificationError::Other(_) => "the provider's keys cannot be read",
        _ => "the ID token is not valid",
    }
}
