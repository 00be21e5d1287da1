//! Freshsales as CRM.

use std::sync::Arc;
use std::time::Duration;

use jiff::tz::TimeZone;
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use tessera_connect::{Environment, freshsales};
use tessera_core::kernel::record::address::AddressPattern;
use tessera_core::kernel::record::deal::CustomerStages;
use tessera_hub::ports::Crm;
use url::Url;

use super::masking::masked;
use super::{CrmSection, required};

/// The section `[freshsales]`.
#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Freshsales {
    #[serde(default = "usual_name")]
    pub name: String,
    pub url: Url,
    #[serde(serialize_with = "masked")]
    pub api_key: Option<SecretString>,
    #[serde(default)]
    pub plan: freshsales::Plan,
    pub calls_per_hour: Option<u32>,
    /// Maximum wait after a throttled call. Then single calls probe whether the limit still applies.
    pub longest_block_seconds: Option<u64>,
    /// The lifecycle stages in which a contact is a customer.
    #[serde(default)]
    pub customer_stages: CustomerStages,
    /// Address of a contact in the CRM's pages.
    pub contact_link: Option<AddressPattern>,
    /// Address of a deal in the CRM's pages.
    pub deal_link: Option<AddressPattern>,
}

fn usual_name() -> String {
    "freshsales".to_owned()
}

impl CrmSection for Freshsales {
    fn name(&self) -> &str {
        &self.name
    }

    fn contact_link(&self) -> Option<&AddressPattern> {
        self.contact_link.as_ref()
    }

    fn deal_link(&self) -> Option<&AddressPattern> {
        self.deal_link.as_ref()
    }

    fn customer_stages(&self) -> &CustomerStages {
        &self.customer_stages
    }

    fn connect(&self, environment: Environment, time_zone: TimeZone) -> anyhow::Result<Arc<dyn Crm>> {
        let key = required(self.api_key.as_ref(), "freshsales.api_key", "TESSERA_FRESHSALES_API_KEY")?;
        let mut config = freshsales::Config::new(&self.name, self.url.clone(), key.clone());
        config.plan = self.plan;
        config.time_zone = time_zone;
        config.calls_per_hour = self.calls_per_hour;
        config.longest_block = self.longest_block_seconds.map_or(config.longest_block, Duration::from_secs);
        Ok(Arc::new(freshsales::Freshsales::new(&config, environment)?))
    }
}
