//! What the connector has to be told.

use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};
use url::Url;

use super::rate_limits::{self, Plan};
use crate::discipline::{ClientConfig, MAX_BLOCK, SetupError};

/// What the connector has to be told.
#[derive(Debug, Clone)]
pub struct Config {
    /// The name of the system in record keys.
    pub name: String,
    /// `https://<account>.myfreshworks.com/crm/sales/api`, or the older `https://<account>.freshsales.io/api`.
    pub base_url: Url,
    /// A user's API key; the hub may see what that user may see.
    pub api_key: SecretString,
    /// The account's plan.
    pub plan: Plan,
    /// What the account may call per hour when its contract raises the plan's limit; there is then no limit per minute.
    pub calls_per_hour: Option<u32>,
    /// The part of the limits that background work leaves to people who wait, in percent.
    pub reserve_percent: u8,
    /// After a refusal (429) for longer than this, a single call finds out now and then whether it still holds.
    pub longest_block: Duration,
    /// How long the CRM may stay silent.
    pub read_timeout: Duration,
}

impl Config {
    /// The configuration with the usual values for everything that need not be told.
    pub fn new(name: impl Into<String>, base_url: Url, api_key: SecretString) -> Self {
        let (plan, read_timeout) = (Plan::default(), Duration::from_secs(15));
        Self {
            name: name.into(),
            base_url,
            api_key,
            plan,
            calls_per_hour: None,
            reserve_percent: 25,
            longest_block: MAX_BLOCK,
            read_timeout,
        }
    }

    pub(super) fn client(&self) -> ClientConfig {
        ClientConfig {
            system: self.name.clone(),
            authorization: Some(format!("Token token={}", self.api_key.expose_secret()).into()),
            read_timeout: self.read_timeout,
            limits: rate_limits::limits(self.plan, self.calls_per_hour),
            reserve_percent: self.reserve_percent,
            longest_block: self.longest_block,
        }
    }

    pub(super) fn api_base(&self) -> Result<Url, SetupError> {
        let mut base = self.base_url.clone();
        let path = base.path().trim_end_matches('/').trim_end_matches("/api").to_owned();
        base.set_path(&format!("{path}/api"));
        base.set_query(None);
        if base.cannot_be_a_base() || base.host_str().is_none() {
            let reason = "its base URL is not of the form https://<account>.myfreshworks.com/crm/sales/api".to_owned();
            return Err(SetupError { system: self.name.clone(), reason });
        }
        Ok(base)
    }
}
