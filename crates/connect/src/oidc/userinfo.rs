//! The userinfo endpoint (OpenID Connect Core §5.3), for providers whose ID tokens have neither address nor name.

use http::{HeaderValue, header};
use serde_json::Value;
use tessera_core::staff::Groups;
use tessera_hub::ports::{ConnectError, Priority};

use super::claims::{address, groups, name, one_or_many};
use super::config::Config;
use super::discovery::Snapshot;
use super::signature;
use crate::discipline::{Answer, Call, Charge, Client};

/// Reason why the endpoint's answer is not used.
#[derive(Debug)]
pub(super) enum UserinfoError {
    /// The endpoint does not answer. The sign-in would be a thin one, so it has to be tried again.
    Unavailable(ConnectError),
    /// The answer is about another user, or cannot be trusted.
    Invalid(String),
}

/// Whether the ID token lacks what its scopes ask for.
pub(super) fn is_wanted(config: &Config, claims: &Value) -> bool {
    let asked = |scope: &str| config.scopes.iter().any(|name| name == scope);
    let lacks_groups = config.groups_claim.as_deref().is_some_and(|claim| groups(claims, claim) == Groups::NotSent);
    (asked("email") && address(claims).0.is_none()) || (asked("profile") && name(claims).is_none()) || lacks_groups
}

/// The claims at the endpoint. `None`: there is no endpoint, or it does not let this client in.
pub(super) async fn ask(
    client: &Client,
    config: &Config,
    snapshot: &Snapshot,
    token: &str,
    subject: &Value,
) -> Result<Option<Value>, UserinfoError> {
    let Some(url) = snapshot.metadata.userinfo_endpoint.clone() else { return Ok(None) };
    let Ok(mut authorization) = HeaderValue::from_str(&format!("Bearer {token}")) else { return Ok(None) };
    authorization.set_sensitive(true);
    let mut call = Call::get(url, "/userinfo", "the user who signs in", Priority::Interactive, Charge::ONE);
    call.headers.insert(header::ACCEPT, HeaderValue::from_static("application/json, application/jwt;q=0.5"));
    call.headers.insert(header::AUTHORIZATION, authorization);
    let answer = client.exchange(&call).await.map_err(UserinfoError::Unavailable)?;
    let answer = match answer.checked() {
        Ok(answer) => answer,
        Err(error) if error.is_temporary() => return Err(UserinfoError::Unavailable(error)),
        Err(error) => {
            tracing::warn!(%error, "the userinfo endpoint was asked in vain; what the ID token says has to do");
            return Ok(None);
        }
    };
    let claims = read(&answer, config, snapshot)?;
    // Without this, the claims of another account could be substituted (§5.3.2).
    if claims.get("sub") != Some(subject) {
        return Err(UserinfoError::Invalid("its userinfo endpoint answered about another subject".to_owned()));
    }
    Ok(Some(claims))
}

/// The claims of an answer in JSON, or of a signed one.
fn read(answer: &Answer, config: &Config, snapshot: &Snapshot) -> Result<Value, UserinfoError> {
    let kind = answer.headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    if !kind.to_ascii_lowercase().starts_with("application/jwt") {
        return answer.json().map_err(UserinfoError::Unavailable);
    }
    let unusable = || UserinfoError::Invalid("its userinfo endpoint's answer cannot be verified".to_owned());
    let token = std::str::from_utf8(&answer.body).map_err(|_| unusable())?.trim();
    let header = signature::header(token, &config.signing_algorithms).map_err(|_| unusable())?;
    let claims = signature::verified_claims(token, &header, &snapshot.keys).ok_or_else(unusable)?;
    let issuer = snapshot.token_issuer(&config.issuer, config.metadata_issuer.as_deref());
    let is_ours = one_or_many(&claims, "aud").contains(&config.client_id);
    let is_theirs = claims.get("iss").and_then(Value::as_str) == Some(issuer);
    if is_ours && is_theirs { Ok(claims) } else { Err(unusable()) }
}
