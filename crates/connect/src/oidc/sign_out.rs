//! Logout tokens (OpenID Connect Back-Channel Logout 1.0 §2.4, §2.6): the provider tells the hub that a session there ended.

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use tessera_hub::ports::ProviderSignOut;

use super::claims::{seconds, subject};
use super::config::Config;
use super::discovery::Snapshot;
use super::id_token::{self, IdTokenError, invalid};
use crate::lenient_json::text;

/// What a token announces that is a logout token.
const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";
/// How old a notice may be. Later, its id may have been forgotten.
const MAX_AGE: SignedDuration = SignedDuration::from_mins(10);

/// The claims of a logout token that is authentic, intended for this client, and recent.
pub(super) fn verify(config: &Config, now: Timestamp, snapshot: &Snapshot, token: &str) -> Result<Value, IdTokenError> {
    let claims = id_token::authentic(config, now, snapshot, token, &["logout+jwt", "jwt", "jose"])?;
    if !claims.get("events").and_then(|events| events.get(EVENT)).is_some_and(Value::is_object) {
        return Err(invalid("the token announces no sign-out: it has no such event"));
    }
    // So that no ID token passes for one.
    if claims.get("nonce").is_some() {
        return Err(invalid("the token has a nonce, which a logout token must not have"));
    }
    let is_recent = seconds(&claims, "iat").is_some_and(|at| now.duration_since(at) <= MAX_AGE + config.clock_skew);
    if is_recent { Ok(claims) } else { Err(invalid("the logout token is too old")) }
}

/// What a logout token says. If users are known by another claim than `sub`, only that claim names one.
pub(super) fn read(config: &Config, claims: &Value) -> Result<ProviderSignOut, IdTokenError> {
    let id = text(claims, "jti").ok_or_else(|| invalid("the logout token has no jti"))?;
    let session = text(claims, "sid");
    let subject = match claims.get(&config.subject_claim) {
        Some(_) => Some(subject(claims, &config.subject_claim).map_err(|error| invalid(error.to_string()))?),
        None => None,
    };
    if subject.is_none() && session.is_none() {
        return Err(invalid(format!("the logout token has neither `{}` nor `sid`", config.subject_claim)));
    }
    Ok(ProviderSignOut { issuer: config.issuer.clone(), subject, session, id })
}
