//! Configuration of the client.

use std::time::Duration;

use base64::Engine;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use url::Url;

use super::rate_limits::{self, Plan};
use crate::discipline::{ClientConfig, MAX_BLOCK, SetupError};

/// Usual state of an asset that is assigned.
pub const IN_USE: &str = "In Use";
/// Usual state of an asset in stock.
pub const IN_STOCK: &str = "In Stock";

/// The author of notes that the hub adds for customers. The documentation lists `incoming` and `user_id` for reading
/// only; if an account rejects them in writes, use `Agent`. The note's text always names the customer.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NotesBy {
    /// The requester, as if they had written to the service desk.
    #[default]
    Requester,
    /// The agent whose API key the hub uses.
    Agent,
}

/// Names of the asset type fields: the name without its number (`serial_number`), or the label (`Serial Number`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Fields {
    /// The hardware serial number (`A06`).
    pub serial: String,
    /// The inverter serial number (`A06`).
    pub inverter_serial: String,
    /// The inverter's vendor (`A08`).
    pub inverter_vendor: String,
    /// The product (`A08`).
    pub product: String,
    /// The vendor (`A08`).
    pub vendor: String,
    /// The state: In Stock, In Use… (`A08`).
    pub asset_state: String,
}

impl Default for Fields {
    fn default() -> Self {
        Self {
            serial: "serial_number".to_owned(),
            inverter_serial: "inverter_serial_number".to_owned(),
            inverter_vendor: "inverter_vendor".to_owned(),
            product: "product".to_owned(),
            vendor: "vendor".to_owned(),
            asset_state: "asset_state".to_owned(),
        }
    }
}

/// Configuration of the client.
#[derive(Debug, Clone)]
pub struct Config {
    /// The system's configured name, as in record keys.
    pub name: String,
    /// `https://<account>.freshservice.com`, with or without `/api/v2`. Custom domains do not serve the API.
    pub base_url: Url,
    /// An agent's API key. The hub has this agent's permissions.
    pub api_key: SecretString,
    /// The account's plan.
    pub plan: Plan,
    /// Calls per minute, if add-ons raise the plan's limit. There are no separate limits for lists then.
    pub calls_per_minute: Option<u32>,
    /// Percentage of the rate limits reserved for interactive calls.
    pub reserve_percent: u8,
    /// Maximum wait after a 429 response. After it, a single call tests whether the block still applies.
    pub longest_block: Duration,
    /// Workspace whose assets are listed: `Some(0)` for all, `None` for the primary one.
    pub workspace_id: Option<u64>,
    /// The asset type of devices (`A05`), by name or id. Its descendants count too.
    pub device_asset_type: String,
    /// Field names.
    pub fields: Fields,
    /// Author of notes (`P09`).
    pub notes_by: NotesBy,
    /// State of an asset that is assigned (`A09`). Empty: the state is left as it is.
    pub assigned_state: String,
    /// State of an asset that is returned to stock (`A09`). Empty: the state is left as it is.
    pub stock_state: String,
    /// Maximum time without data from the service desk.
    pub read_timeout: Duration,
}

impl Config {
    /// Creates a configuration with default values for all optional settings.
    pub fn new(
        name: impl Into<String>,
        base_url: Url,
        api_key: SecretString,
        device_asset_type: impl Into<String>,
    ) -> Self {
        Self {
            name: name.into(),
            base_url,
            api_key,
            plan: Plan::default(),
            calls_per_minute: None,
            reserve_percent: 25,
            longest_block: MAX_BLOCK,
            workspace_id: None,
            device_asset_type: device_asset_type.into(),
            fields: Fields::default(),
            notes_by: NotesBy::default(),
            assigned_state: IN_USE.to_owned(),
            stock_state: IN_STOCK.to_owned(),
            read_timeout: Duration::from_secs(15),
        }
    }

    pub(super) fn client(&self) -> ClientConfig {
        // The password is ignored; `X` is the convention.
        let basic = base64::engine::general_purpose::STANDARD.encode(format!("{}:X", self.api_key.expose_secret()));
        ClientConfig {
            system: self.name.clone(),
            authorization: Some(format!("Basic {basic}").into()),
            read_timeout: self.read_timeout,
            limits: rate_limits::limits(self.plan, self.calls_per_minute),
            reserve_percent: self.reserve_percent,
            longest_block: self.longest_block,
        }
    }

    pub(super) fn api_base(&self) -> Result<Url, SetupError> {
        let mut base = self.base_url.clone();
        let path = base.path().trim_end_matches('/').trim_end_matches("/api/v2").to_owned();
        base.set_path(&format!("{path}/api/v2"));
        base.set_query(None);
        if base.cannot_be_a_base() || base.host_str().is_none() {
            let reason = "its base URL is not of the form https://<account>.freshservice.com".to_owned();
            return Err(SetupError { system: self.name.clone(), reason });
        }
        Ok(base)
    }
}
