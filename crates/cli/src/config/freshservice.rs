//! Freshservice as service desk.

use std::sync::Arc;
use std::time::Duration;

use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use tessera_connect::{Environment, freshservice};
use tessera_core::devices::DeviceType;
use tessera_core::kernel::record::address::AddressPattern;
use tessera_hub::ports::ServiceDesk;
use url::Url;

use super::masking::masked;
use super::required;

/// The section `[freshservice]`.
#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Freshservice {
    #[serde(default = "usual_name")]
    pub name: String,
    pub url: Url,
    #[serde(serialize_with = "masked")]
    pub api_key: Option<SecretString>,
    #[serde(default)]
    pub plan: freshservice::Plan,
    pub calls_per_minute: Option<u32>,
    /// Maximum wait after a throttled call. Then single calls probe whether the limit still applies.
    pub longest_block_seconds: Option<u64>,
    pub workspace_id: Option<u64>,
    #[serde(default)]
    pub device_asset_type: DeviceType,
    #[serde(default)]
    pub fields: freshservice::Fields,
    #[serde(default)]
    pub notes_by: freshservice::NotesBy,
    /// State of an asset that is assigned. Empty: the state is left as it is.
    #[serde(default = "in_use")]
    pub assigned_state: String,
    /// State of an asset that is returned to stock. Empty: the state is left as it is.
    #[serde(default = "in_stock")]
    pub stock_state: String,
    /// Address of a ticket in the service desk's pages.
    pub ticket_link: Option<AddressPattern>,
    /// Address of a requester in the service desk's pages.
    pub requester_link: Option<AddressPattern>,
    /// Address of an asset in the service desk's pages, by its display id.
    pub asset_link: Option<AddressPattern>,
}

/// Usual state of an asset that is assigned.
pub fn in_use() -> String {
    freshservice::IN_USE.to_owned()
}

/// Usual state of an asset in stock.
pub fn in_stock() -> String {
    freshservice::IN_STOCK.to_owned()
}

fn usual_name() -> String {
    "freshservice".to_owned()
}

impl Freshservice {
    /// Creates the client of the service desk. Makes no calls yet.
    pub fn connect(&self, environment: Environment) -> anyhow::Result<Arc<dyn ServiceDesk>> {
        let key = required(self.api_key.as_ref(), "freshservice.api_key", "TESSERA_FRESHSERVICE_API_KEY")?;
        let device_type = self.device_asset_type.0.clone();
        let mut config = freshservice::Config::new(&self.name, self.url.clone(), key.clone(), device_type);
        config.plan = self.plan;
        config.calls_per_minute = self.calls_per_minute;
        config.longest_block = self.longest_block_seconds.map_or(config.longest_block, Duration::from_secs);
        config.workspace_id = self.workspace_id;
        config.fields = self.fields.clone();
        config.notes_by = self.notes_by;
        config.assigned_state.clone_from(&self.assigned_state);
        config.stock_state.clone_from(&self.stock_state);
        Ok(Arc::new(freshservice::Freshservice::new(config, environment)?))
    }
}
