//! What the connector has to be told.

use std::time::Duration;

use base64::Engine;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use url::Url;

use super::rate_limits::{self, Plan};
use crate::discipline::{ClientConfig, MAX_BLOCK, SetupError};

/// In whose name what a customer says becomes a note on a ticket. The documentation lists `incoming` and `user_id` for what is read, not for
/// what is written; an account that refuses them takes notes of the agent. The text names the customer either way.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NotesBy {
    /// The requester's, as if they had written to the service desk.
    #[default]
    Requester,
    /// The agent's whose key the hub uses.
    Agent,
}

/// What the asset type fields are called: the name without its number (`serial_number`), or the label (`Serial Number`).
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
    /// In Stock, In Use… (`A08`).
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

/// What the connector has to be told.
#[derive(Debug, Clone)]
pub struct Config {
    /// The name of the system in record keys.
    pub name: String,
    /// `https://<account>.freshservice.com`, with or without `/api/v2`. Custom domains do not serve the API.
    pub base_url: Url,
    /// An agent's API key; the hub may see what that agent may see.
    pub api_key: SecretString,
    /// The account's plan.
    pub plan: Plan,
    /// What the account may call per minute when add-ons raise the plan's limit; lists then count against it alone.
    pub calls_per_minute: Option<u32>,
    /// The part of the limits that background work leaves to people who wait, in percent.
    pub reserve_percent: u8,
    /// After a refusal (429) for longer than this, a single call finds out now and then whether it still holds.
    pub longest_block: Duration,
    /// Which workspace's assets are listed: `Some(0)` all of them, `None` the primary one.
    pub workspace_id: Option<u64>,
    /// The asset type whose assets are devices (`A05`): its name or its id. Types below it count too.
    pub device_asset_type: String,
    /// What the fields are called.
    pub fields: Fields,
    /// In whose name notes are written (`P09`).
    pub notes_by: NotesBy,
    /// How long the service desk may stay silent.
    pub read_timeout: Duration,
}

impl Config {
    /// The configuration with the usual values for everything that need not be told.
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
            read_timeout: Duration::from_secs(15),
        }
    }

    pub(super) fn client(&self) -> ClientConfig {
        // The password may be anything; `X` is the convention.
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
