//! Verification of ID tokens.

use std::time::SystemTime;

use jiff::Timestamp;
use openidconnect::core::{
    CoreGenderClaim, CoreJsonWebKeySet, CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm,
};
use openidconnect::{
    ClaimsVerificationError, ClientId, IdToken, IdTokenClaims, IdTokenVerifier, IssuerUrl, Nonce,
    SignatureVerificationError,
};
use tessera_hub::ports::Claims;

use super::claims::ProviderClaims;
use super::config::Config;
use super::discovery::Snapshot;

pub(super) type ProviderIdToken =
    IdToken<ProviderClaims, CoreGenderClaim, CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm>;
pub(super) type ProviderIdTokenClaims = IdTokenClaims<ProviderClaims, CoreGenderClaim>;
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
