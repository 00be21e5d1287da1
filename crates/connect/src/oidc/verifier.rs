//! Validation of bearer tokens for the app API (RFC 9068 §4, RFC 8725).

use std::sync::Arc;

use async_trait::async_trait;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use jsonwebtoken::jwk::{Jwk, JwkSet, PublicKeyUse};
use jsonwebtoken::{Algorithm, AlgorithmFamily, DecodingKey, Header, Validation};
use serde_json::Value;
use tessera_hub::ports::{BearerClaims, BearerError, ConnectError, Health, TokenVerifier};

use super::config::VerifierConfig;
use super::discovery::{Discovery, Snapshot};
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
        let header = jsonwebtoken::decode_header(token).map_err(|_| refused_header(token))?;
        if !matches!(header.alg, Algorithm::RS256 | Algorithm::PS256 | Algorithm::ES256) {
            return Err(BearerError::Algorithm);
        }
        // The unverified `iss` only selects the issuer's keys. It is checked again after verification.
        let claimed =
            unverified(token).and_then(|claims| lenient_json::text(&claims, "iss")).ok_or(BearerError::Claim("iss"))?;
        let issuer = self.issuers.iter().find(|issuer| issuer.config.issuer == claimed).ok_or(BearerError::Issuer)?;
        let claims = issuer.authentic(token, &header).await?;
        if !is_access_token(&header, &claims) {
            return Err(BearerError::NoAccessToken);
        }
        let claims = issuer.acceptable(&claims, now)?;
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
    async fn authentic(&self, token: &str, header: &Header) -> Result<Value, BearerError> {
        let unavailable = |error: ConnectError| {
            let retry_at = error.retry_at().unwrap_or_else(|| self.discovery.client.now());
            BearerError::KeysUnavailable { retry_at }
        };
        let snapshot = self.discovery.snapshot().await.map_err(unavailable)?;
        if let Some(claims) = with_keys(token, header, &snapshot) {
            return Ok(claims);
        }
        let newer = self.discovery.newer_than(&snapshot).await.map_err(unavailable)?;
        newer.and_then(|newer: Arc<Snapshot>| with_keys(token, header, &newer)).ok_or(BearerError::Signature)
    }

    fn acceptable(&self, claims: &Value, now: Timestamp) -> Result<BearerClaims, BearerError> {
        let config = &self.config;
        if lenient_json::text(claims, "iss").as_deref() != Some(config.issuer.as_str()) {
            return Err(BearerError::Issuer);
        }
        let mut audiences = lenient_json::texts(claims, "aud");
        audiences.extend(lenient_json::text(claims, "aud"));
        if !audiences.iter().any(|audience| config.audiences.contains(audience)) {
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
        let email = lenient_json::text(claims, "email");
        Ok(BearerClaims {
            issuer: config.issuer.clone(),
            subject: lenient_json::text(claims, "sub").ok_or(BearerError::Claim("sub"))?,
            email_verified: email.is_some() && lenient_json::flag(claims, "email_verified") == Some(true),
            email: email.or_else(|| lenient_json::texts(claims, "emails").into_iter().next()),
            name: lenient_json::text(claims, "name"),
            expires_at,
            authenticated_at: seconds(claims, "auth_time"),
        })
    }
}

/// Whether a token is for calling an API. An ID token is not: it tells an application who signed in, and travels where access
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

/// The claims, if one of the matching keys verifies the signature.
fn with_keys(token: &str, header: &Header, snapshot: &Snapshot) -> Option<Value> {
    let keys = snapshot.keys.get("keys")?.as_array()?;
    // A key set can contain unknown kinds of key, which are ignored.
    let known = keys.iter().filter_map(|key| serde_json::from_value::<Jwk>(key.clone()).ok());
    let keys = JwkSet { keys: known.collect() };
    let fits = |key: &&Jwk| {
        let signs = key.common.public_key_use.as_ref().is_none_or(|usage| *usage == PublicKeyUse::Signature);
        let named = header.kid.is_none() || header.kid == key.common.key_id;
        let told =
            key.common.key_algorithm.is_none_or(|algorithm| algorithm.to_string() == format!("{:?}", header.alg));
        signs && named && told
    };
    keys.keys.iter().filter(fits).find_map(|key| with_key(token, header, key))
}

fn with_key(token: &str, header: &Header, key: &Jwk) -> Option<Value> {
    let key = DecodingKey::from_jwk(key).ok()?;
    let family = if header.alg == Algorithm::ES256 { AlgorithmFamily::Ec } else { AlgorithmFamily::Rsa };
    if key.family() != family {
        return None;
    }
    // The claims are checked separately, because the library would read the system clock.
    let mut validation = Validation::new(header.alg);
    validation.required_spec_claims.clear();
    (validation.validate_exp, validation.validate_nbf, validation.validate_aud) = (false, false, false);
    jsonwebtoken::decode(token, &key, &validation).ok().map(|data| data.claims)
}

/// `none` and unknown algorithms are not parsed as headers. Report the algorithm rather than a malformed token.
fn refused_header(token: &str) -> BearerError {
    let header = token.split('.').next().and_then(|part| URL_SAFE_NO_PAD.decode(part).ok());
    let header = header.and_then(|bytes| serde_json::from_slice::<Value>(&bytes).ok());
    match header.and_then(|header| lenient_json::text(&header, "alg")) {
        Some(_) => BearerError::Algorithm,
        None => BearerError::Malformed,
    }
}

fn unverified(token: &str) -> Option<Value> {
    let payload = URL_SAFE_NO_PAD.decode(token.split('.').nth(1)?).ok()?;
    serde_json::from_slice(&payload).ok()
}

/// A timestamp in seconds since 1970, with or without a fraction.
fn seconds(claims: &Value, key: &str) -> Option<Timestamp> {
    let value = claims.get(key)?;
    #[expect(
        clippy::cast_possible_truncation,
        reason = "a fraction of a second does not matter, and the cast saturates"
    )]
    let whole = value.as_i64().or_else(|| value.as_f64().map(|seconds| seconds as i64))?;
    Timestamp::from_second(whole).ok()
}
