//! Validation of bearer tokens for the app API (RFC 9068 §4, RFC 8725).

use std::sync::Arc;

use async_trait::async_trait;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use jsonwebtoken::Header;
use serde_json::Value;
use tessera_hub::ports::{BearerClaims, BearerError, ConnectError, Health, TokenVerifier};

use super::claims::{address, name, one_or_many, seconds, subject};
use super::config::VerifierConfig;
use super::discovery::{Discovery, Snapshot, is_same_issuer};
use super::signature::{self, HeaderError, SigningAlgorithms};
use crate::discipline::{Environment, SetupError};
use crate::lenient_json;
use crate::oidc::recently_verified::Recent;

/// Maximum length of a token, checked before parsing.
const MAX_TOKEN_LENGTH: usize = 16 << 10;

#[derive(Debug)]
struct Issuer {
    config: VerifierConfig,
    discovery: Discovery,
}

/// Validates tokens of the configured issuers locally, without a call for each token.
#[derive(Debug)]
pub struct Verifier {
    issuers: Vec<Issuer>,
    recent: Recent,
    environment: Environment,
}

impl Verifier {
    /// Creates a verifier without calling any issuer.
    pub fn new(issuers: Vec<VerifierConfig>, environment: Environment) -> Result<Self, SetupError> {
        let issuer = |config: VerifierConfig| {
            let (url, told) = (config.discovery_url.as_ref(), config.metadata_issuer.as_deref());
            let environment = environment.clone();
            let discovery = Discovery::new(&config.name, &config.issuer, url, told, config.read_timeout, environment)?;
            Ok(Issuer { config, discovery })
        };
        let issuers = issuers.into_iter().map(issuer).collect::<Result<_, SetupError>>()?;
        Ok(Self { issuers, recent: Recent::default(), environment })
    }

    /// Health of the connections to the issuers.
    pub fn health(&self) -> Vec<Health> {
        self.issuers.iter().map(|issuer| issuer.discovery.client.health()).collect()
    }

    /// The claims of a token that is authentic, intended for this API and currently valid.
    pub async fn verify(&self, token: &str) -> Result<BearerClaims, BearerError> {
        if token.len() > MAX_TOKEN_LENGTH {
            return Err(BearerError::Malformed);
        }
        let key = Recent::key(token);
        let now = self.environment.clock.now();
        if let Some(claims) = self.recent.get(&key, now) {
            return Ok(claims);
        }
        let refused = |error| match error {
            HeaderError::Malformed => BearerError::Malformed,
            HeaderError::Algorithm(_) => BearerError::Algorithm,
        };
        signature::header(token, &SigningAlgorithms::default()).map_err(refused)?;
        // The unverified `iss` only selects the issuer's keys. It is checked again after verification.
        let claimed =
            unverified(token).and_then(|claims| lenient_json::text(&claims, "iss")).ok_or(BearerError::Claim("iss"))?;
        let is_its = |issuer: &&Issuer| is_same_issuer(&issuer.config.issuer, &claimed);
        let issuer = self.issuers.iter().find(is_its).ok_or(BearerError::Issuer)?;
        let header = signature::header(token, &issuer.config.signing_algorithms).map_err(refused)?;
        let (claims, snapshot) = issuer.authentic(token, &header).await?;
        if !is_access_token(&header, &claims) {
            return Err(BearerError::NoAccessToken);
        }
        let claims = issuer.acceptable(&claims, &snapshot, now)?;
        let until = claims.expires_at.saturating_add(issuer.config.clock_skew).unwrap_or(claims.expires_at);
        self.recent.put(key, claims.clone(), until);
        Ok(claims)
    }
}

#[async_trait]
impl TokenVerifier for Verifier {
    async fn verify(&self, token: &str) -> Result<BearerClaims, BearerError> {
        self.verify(token).await
    }
}

impl Issuer {
    /// The claims, if the signature is the issuer's. If the key is unknown, the keys are refreshed.
    async fn authentic(&self, token: &str, header: &Header) -> Result<(Value, Arc<Snapshot>), BearerError> {
        let unavailable = |error: ConnectError| {
            let retry_at = error.retry_at().unwrap_or_else(|| self.discovery.client.now());
            BearerError::KeysUnavailable { retry_at }
        };
        let snapshot = self.discovery.snapshot().await.map_err(unavailable)?;
        if let Some(claims) = signature::verified_claims(token, header, &snapshot.keys) {
            return Ok((claims, snapshot));
        }
        let newer = self.discovery.newer_than(&snapshot).await.map_err(unavailable)?.ok_or(BearerError::Signature)?;
        let claims = signature::verified_claims(token, header, &newer.keys).ok_or(BearerError::Signature)?;
        Ok((claims, newer))
    }

    fn acceptable(&self, claims: &Value, snapshot: &Snapshot, now: Timestamp) -> Result<BearerClaims, BearerError> {
        let config = &self.config;
        let issuer = snapshot.token_issuer(&config.issuer, config.metadata_issuer.as_deref());
        if claims.get("iss").and_then(Value::as_str) != Some(issuer) {
            return Err(BearerError::Issuer);
        }
        if !one_or_many(claims, "aud").iter().any(|audience| config.audiences.contains(audience)) {
            return Err(BearerError::Audience);
        }
        let party = || lenient_json::text(claims, "azp").or_else(|| lenient_json::text(claims, "appid"));
        let parties = &config.authorized_parties;
        if !parties.is_empty() && !party().is_some_and(|party| parties.contains(&party)) {
            return Err(BearerError::Party);
        }
        let policy = || lenient_json::text(claims, "tfp").or_else(|| lenient_json::text(claims, "acr"));
        let is_policy = |expected: &String| policy().is_some_and(|policy| policy.eq_ignore_ascii_case(expected));
        if !config.expected_policy.as_ref().is_none_or(is_policy) {
            return Err(BearerError::Policy);
        }
        let expires_at = seconds(claims, "exp").ok_or(BearerError::Claim("exp"))?;
        if now.duration_since(expires_at) >= config.clock_skew {
            return Err(BearerError::Expired);
        }
        if seconds(claims, "nbf").is_some_and(|nbf| nbf.duration_since(now) > config.clock_skew) {
            return Err(BearerError::NotYetValid);
        }
        let subject = subject(claims, &config.subject_claim).map_err(|error| {
            tracing::warn!(issuer = config.name, %error, "a bearer token names no user");
            BearerError::Claim("sub")
        })?;
        let (email, email_verified) = address(claims);
        Ok(BearerClaims {
            issuer: config.issuer.clone(),
            subject,
            email_verified,
            email,
            name: name(claims),
            expires_at,
            authenticated_at: seconds(claims, "auth_time"),
        })
    }
}

/// Whether a token is for calling an API. An ID token is not: it identifies the user to an application, and travels where access
/// tokens do not. Access tokens name their type (RFC 9068). Those of older issuers do not, but they say what they permit or
/// to whom they were issued, which ID tokens of the same issuers do not.
fn is_access_token(header: &Header, claims: &Value) -> bool {
    let is = |kind: &str| header.typ.as_deref().is_some_and(|typ| typ.eq_ignore_ascii_case(kind));
    if is("at+jwt") || is("application/at+jwt") {
        return true;
    }
    let has = |claim: &str| claims.get(claim).is_some_and(|value| !value.is_null());
    let for_clients = ["at_hash", "c_hash", "nonce"].into_iter().any(has);
    let permits = ["scp", "scope", "roles"].into_iter().any(has);
    permits || (!for_clients && ["azp", "appid", "client_id"].into_iter().any(has))
}

pub(super) fn unverified(token: &str) -> Option<Value> {
    let payload = URL_SAFE_NO_PAD.decode(token.split('.').nth(1)?).ok()?;
    serde_json::from_slice(&payload).ok()
}
