//! Configuration of the client.

use std::time::Duration;

use jiff::tz::TimeZone;
use secrecy::{ExposeSecret, SecretString};
use url::Url;

use super::rate_limits::{self, Plan};
use crate::discipline::{ClientConfig, MAX_BLOCK, SetupError};

/// Configuration of the client.
#[derive(Debug, Clone)]
pub struct Config {
    /// The system's configured name, as in record keys.
    pub name: String,
    /// `https://<account>.myfreshworks.com/crm/sales/api`, or the older `https://<account>.freshsales.io/api`.
    pub base_url: Url,
    /// A user's API key. The hub has this user's permissions.
    pub api_key: SecretString,
    /// The account's plan.
    pub plan: Plan,
    /// Calls per hour, if the contract raises the plan's limit. There is no limit per minute then.
    pub calls_per_hour: Option<u32>,
    /// Percentage of the rate limits reserved for interactive calls.
    pub reserve_percent: u8,
    /// Maximum wait after a 429 response. After it, a single call tests whether the block still applies.
    pub longest_block: Duration,
    /// Maximum time without data from the CRM.
    pub read_timeout: Duration,
    /// The time zone in which days begin and end. A deal that was closed at a time was closed on a day there.
    pub time_zone: TimeZone,
}

impl Config {
    /// Creates a configuration with default values for all optional settings.
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
            time_zone: TimeZone::UTC,
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
