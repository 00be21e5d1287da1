//! Validation of ID tokens (OpenID Connect Core §3.1.3.7).

use aws_lc_rs::constant_time::verify_slices_are_equal;
use jiff::Timestamp;
use serde_json::Value;
use tessera_hub::ports::SignInPending;

use super::claims::{one_or_many, seconds};
use super::config::Config;
use super::discovery::Snapshot;
use super::signature::{self, HeaderError};
use crate::discipline::redact;
use crate::lenient_json::text;

/// Reason why an ID token is not accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum IdTokenError {
    /// No published key verifies it. The cause may be a key rotation at the provider.
    Signature,
    /// Anything else, for the log. It names no person.
    Invalid(String),
}

impl std::fmt::Display for IdTokenError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Signature => f.write_str("the ID token's signature is not the provider's"),
            Self::Invalid(why) => f.write_str(why),
        }
    }
}

pub(super) fn invalid(why: impl Into<String>) -> IdTokenError {
    IdTokenError::Invalid(why.into())
}

/// The claims of a token that is authentic, intended for this client and this sign-in, and currently valid.
pub(super) fn verify(
    config: &Config,
    now: Timestamp,
    snapshot: &Snapshot,
    token: &str,
    pending: &SignInPending,
) -> Result<Value, IdTokenError> {
    // An access token must not pass for an ID token (RFC 8725 §3.11).
    let claims = authentic(config, now, snapshot, token, &["jwt", "jose"])?;
    check_sign_in(config, pending, &claims)?;
    Ok(claims)
}

/// The claims of a token of the provider for this client that is currently valid, if it says no type or one of these.
pub(super) fn authentic(
    config: &Config,
    now: Timestamp,
    snapshot: &Snapshot,
    token: &str,
    types: &[&str],
) -> Result<Value, IdTokenError> {
    let header = signature::header(token, &config.signing_algorithms).map_err(|error| match error {
        HeaderError::Malformed => invalid("the ID token cannot be read"),
        HeaderError::Algorithm(algorithm) => {
            let accepted = config.signing_algorithms.names().join(", ");
            invalid(format!(
                "the ID token is signed by an algorithm that is not allowed: {}, not one of {accepted}",
                redact(&algorithm)
            ))
        }
    })?;
    if header.typ.as_deref().is_some_and(|typ| !is_one_of(typ, types)) {
        return Err(invalid("the token is of another type than ID tokens are"));
    }
    let claims = signature::verified_claims(token, &header, &snapshot.keys).ok_or(IdTokenError::Signature)?;
    check_issuer(config, snapshot, &claims)?;
    check_audience(config, &claims)?;
    check_times(config, now, &claims)?;
    Ok(claims)
}

fn is_one_of(typ: &str, types: &[&str]) -> bool {
    let typ = typ.to_ascii_lowercase();
    types.contains(&typ.strip_prefix("application/").unwrap_or(&typ))
}

fn check_issuer(config: &Config, snapshot: &Snapshot, claims: &Value) -> Result<(), IdTokenError> {
    let expected = snapshot.token_issuer(&config.issuer, config.metadata_issuer.as_deref());
    match claims.get("iss").and_then(Value::as_str) {
        Some(issuer) if issuer == expected => Ok(()),
        issuer => {
            let issuer = issuer.map_or_else(|| "(none)".to_owned(), redact);
            Err(invalid(format!("the ID token was issued by somebody else: `{issuer}` instead of `{expected}`")))
        }
    }
}

/// A token for several audiences must say that it was issued to this client (`azp`), or all others must be trusted.
fn check_audience(config: &Config, claims: &Value) -> Result<(), IdTokenError> {
    let audiences = one_or_many(claims, "aud");
    if !audiences.contains(&config.client_id) {
        let named = redact(&audiences.join(", "));
        return Err(invalid(format!("the ID token is meant for another client: its aud is `{named}`")));
    }
    match claims.get("azp").filter(|azp| !azp.is_null()) {
        Some(Value::String(azp)) if *azp == config.client_id => Ok(()),
        Some(azp) => {
            let azp = azp.as_str().map_or_else(|| "no text".to_owned(), redact);
            Err(invalid(format!("the ID token is meant for another client: its azp is `{azp}`")))
        }
        None => {
            let trusted =
                |audience: &&String| **audience == config.client_id || config.trusted_audiences.contains(*audience);
            match audiences.iter().find(|audience| !trusted(audience)) {
                None => Ok(()),
                Some(foreign) => Err(invalid(format!(
                    "the ID token is also meant for another client, and has no azp: `{}`. List it in app_audiences if it is yours",
                    redact(foreign)
                ))),
            }
        }
    }
}

fn check_times(config: &Config, now: Timestamp, claims: &Value) -> Result<(), IdTokenError> {
    let Some((expires_at, issued_at)) = seconds(claims, "exp").zip(seconds(claims, "iat")) else {
        return Err(invalid("the ID token does not say when it was issued and when it expires"));
    };
    if now.duration_since(expires_at) >= config.clock_skew {
        return Err(invalid("the ID token has expired"));
    }
    if issued_at.duration_since(now) > config.clock_skew {
        return Err(invalid("the ID token was issued in the future"));
    }
    if seconds(claims, "nbf").is_some_and(|nbf| nbf.duration_since(now) > config.clock_skew) {
        return Err(invalid("the ID token is not valid yet"));
    }
    Ok(())
}

/// The token belongs to this sign-in, under the right policy, and the user proved who they are when it was asked for.
fn check_sign_in(config: &Config, pending: &SignInPending, claims: &Value) -> Result<(), IdTokenError> {
    let nonce = claims.get("nonce").and_then(Value::as_str).unwrap_or_default();
    if verify_slices_are_equal(nonce.as_bytes(), pending.nonce.as_bytes()).is_err() {
        return Err(invalid("the ID token belongs to another sign-in"));
    }
    if let Some(expected) = &config.expected_policy {
        let policy = text(claims, "tfp").or_else(|| text(claims, "acr"));
        if !policy.is_some_and(|policy| policy.eq_ignore_ascii_case(expected)) {
            return Err(invalid("the ID token was issued by another policy"));
        }
    }
    let Some(after) = pending.authenticated_after else { return Ok(()) };
    match seconds(claims, "auth_time") {
        None => Err(invalid("the ID token does not say when the user proved who they are: it has no auth_time")),
        Some(at) if after.duration_since(at) > config.clock_skew => {
            Err(invalid("the provider did not ask the user to prove who they are: auth_time is from before"))
        }
        Some(_) => Ok(()),
    }
}
