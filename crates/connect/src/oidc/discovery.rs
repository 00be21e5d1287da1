//! A provider's metadata and keys: fetched on first use, cached for a day, and refreshed when a key is unknown.

use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};
use serde_json::Value;
use tessera_hub::ports::{ConnectError, Priority};
use url::Url;

use crate::discipline::{Answer, Call, Charge, Client, ClientConfig, Environment, SetupError};

/// How long metadata and keys are cached.
const FRESH: SignedDuration = SignedDuration::from_hours(24);
/// Minimum interval between refreshes caused by unknown keys, because anyone can send a token with an invented key id.
const AGAIN: SignedDuration = SignedDuration::from_secs(30);

/// The metadata fields in use (OpenID Connect Discovery §3, RFC 9207 §3).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(super) struct Metadata {
    pub(super) issuer: String,
    pub(super) authorization_endpoint: Option<Url>,
    pub(super) token_endpoint: Option<Url>,
    pub(super) jwks_uri: Url,
    #[serde(default, deserialize_with = "if_usable")]
    pub(super) userinfo_endpoint: Option<Url>,
    #[serde(default, deserialize_with = "if_usable")]
    pub(super) id_token_signing_alg_values_supported: Vec<String>,
    #[serde(default, deserialize_with = "if_usable")]
    pub(super) claims_supported: Vec<String>,
    #[serde(default)]
    pub(super) token_endpoint_auth_methods_supported: Vec<String>,
    #[serde(default)]
    pub(super) authorization_response_iss_parameter_supported: bool,
}

/// A field that sign-in can do without. An unusable value counts as missing.
fn if_usable<'de, D, T>(input: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Default + DeserializeOwned,
{
    Ok(serde_json::from_value(Value::deserialize(input)?).unwrap_or_default())
}

/// Whether two issuers differ in no more than a slash at the end, which people add or forget.
pub(super) fn is_same_issuer(one: &str, other: &str) -> bool {
    one.strip_suffix('/').unwrap_or(one) == other.strip_suffix('/').unwrap_or(other)
}

/// Metadata and keys, fetched together.
#[derive(Debug)]
pub(super) struct Snapshot {
    pub(super) metadata: Metadata,
    /// The key set as received (RFC 7517 §5).
    pub(super) keys: Value,
    fetched_at: Timestamp,
}

impl Snapshot {
    /// The exact `iss` of the tokens: that of the metadata, unless the tokens are configured to have another one.
    pub(super) fn token_issuer<'a>(&'a self, configured: &'a str, metadata_issuer: Option<&str>) -> &'a str {
        if metadata_issuer.is_some() { configured } else { &self.metadata.issuer }
    }
}

/// Cached discovery of one provider.
#[derive(Debug)]
pub(super) struct Discovery {
    pub(super) client: Client,
    url: Url,
    expected_issuer: String,
    current: RwLock<Option<Arc<Snapshot>>>,
    // Held during a fetch, so that concurrent users of the keys wait for the same one.
    fetching: tokio::sync::Mutex<Option<Timestamp>>,
}

impl Discovery {
    pub(super) fn new(
        name: &str,
        issuer: &str,
        discovery_url: Option<&Url>,
        metadata_issuer: Option<&str>,
        read_timeout: Duration,
        environment: Environment,
    ) -> Result<Self, SetupError> {
        let below_issuer = || Url::parse(&format!("{}/.well-known/openid-configuration", issuer.trim_end_matches('/')));
        let url = discovery_url.cloned().map_or_else(below_issuer, Ok);
        let wrong = |_| SetupError { system: name.to_owned(), reason: format!("its issuer `{issuer}` is not a URL") };
        let url = url.map_err(wrong)?;
        let system = name.to_owned();
        let config = ClientConfig {
            system,
            authorization: None,
            read_timeout,
            limits: Vec::new(),
            reserve_percent: 0,
            longest_block: crate::discipline::MAX_BLOCK,
        };
        let expected_issuer = metadata_issuer.unwrap_or(issuer).to_owned();
        let (current, fetching) = (RwLock::default(), tokio::sync::Mutex::default());
        Ok(Self { client: Client::new(config, environment)?, url, expected_issuer, current, fetching })
    }

    /// Metadata and keys. Cached ones of any age are used while the provider is unavailable.
    pub(super) async fn snapshot(&self) -> Result<Arc<Snapshot>, ConnectError> {
        if let Some(fresh) = self.current().filter(|snapshot| self.age(snapshot) < FRESH) {
            return Ok(fresh);
        }
        let mut last_attempt = self.fetching.lock().await;
        let now = self.client.steady_now();
        match self.current() {
            Some(fresh) if self.age(&fresh) < FRESH => Ok(fresh),
            Some(old) if last_attempt.is_some_and(|last| now.duration_since(last) < AGAIN) => Ok(old),
            Some(old) => {
                *last_attempt = Some(now);
                Ok(self.fetch().await.unwrap_or_else(|error| {
                    tracing::warn!(%error, "kept the old metadata and keys");
                    old
                }))
            }
            None => self.fetch().await,
        }
    }

    /// Metadata and keys newer than `seen`, which lacks a key. `None` if there are none, or the last refresh was too
    /// recent.
    pub(super) async fn newer_than(&self, seen: &Arc<Snapshot>) -> Result<Option<Arc<Snapshot>>, ConnectError> {
        let mut last_attempt = self.fetching.lock().await;
        if let Some(newer) = self.current().filter(|current| !Arc::ptr_eq(current, seen)) {
            return Ok(Some(newer));
        }
        let now = self.client.steady_now();
        if last_attempt.is_some_and(|last| now.duration_since(last) < AGAIN) {
            return Ok(None);
        }
        *last_attempt = Some(now);
        self.fetch().await.map(Some)
    }

    /// Fetches metadata and keys.
    pub(super) async fn read_anew(&self) -> Result<Arc<Snapshot>, ConnectError> {
        let mut last_attempt = self.fetching.lock().await;
        *last_attempt = Some(self.client.steady_now());
        self.fetch().await
    }

    async fn fetch(&self) -> Result<Arc<Snapshot>, ConnectError> {
        let answer = self.get(self.url.clone(), "/.well-known/openid-configuration", "the provider's metadata").await?;
        let metadata: Result<Metadata, _> = serde_json::from_value(answer.json()?);
        let metadata = metadata.map_err(|error| answer.unexpected(format!("metadata that lack a part ({error})")))?;
        if !is_same_issuer(&metadata.issuer, &self.expected_issuer) {
            let found = format!("metadata of issuer `{}` instead of `{}`", metadata.issuer, self.expected_issuer);
            return Err(answer.unexpected(found));
        }
        let answer = self.get(metadata.jwks_uri.clone(), "/jwks", "the provider's keys").await?;
        let keys = answer.json()?;
        if !keys.get("keys").is_some_and(Value::is_array) {
            return Err(answer.unexpected("no list of keys"));
        }
        let snapshot = Arc::new(Snapshot { metadata, keys, fetched_at: self.client.steady_now() });
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&snapshot));
        Ok(snapshot)
    }

    async fn get(&self, url: Url, template: &'static str, object: &str) -> Result<Answer, ConnectError> {
        let call = Call::get(url, template, object, Priority::Interactive, Charge::ONE);
        self.client.exchange(&call).await?.checked().inspect_err(|error| self.client.note_failing(&error.to_string()))
    }

    fn current(&self) -> Option<Arc<Snapshot>> {
        self.current.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn age(&self, snapshot: &Snapshot) -> SignedDuration {
        self.client.steady_now().duration_since(snapshot.fetched_at)
    }
}
