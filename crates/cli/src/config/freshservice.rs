//! Freshservice as service desk.

use std::sync::Arc;
use std::time::Duration;

use secrecy::SecretString;
use serde::Deserialize;
use tessera_connect::{Environment, freshservice};
use tessera_core::devices::DeviceType;
use tessera_hub::ports::ServiceDesk;
use url::Url;

use super::required;

/// The section `[freshservice]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Freshservice {
    #[serde(default = "usual_name")]
    pub name: String,
    pub url: Url,
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
        Ok(Arc::new(freshservice::Freshservice::new(config, environment)?))
    }
}
