//! The section `[hooks]`: webhooks of the outside systems.

use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use tessera_web::{HookAuth, HookFields};

use super::masking::masked;
use super::presented;

#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Hooks {
    pub header: String,
    #[serde(serialize_with = "masked")]
    pub secret: Option<SecretString>,
    pub freshservice: FreshserviceHook,
}

impl Default for Hooks {
    fn default() -> Self {
        Self { header: "Authorization".to_owned(), secret: None, freshservice: FreshserviceHook::default() }
    }
}

impl Hooks {
    /// How the service desk authenticates. `None`: no webhook is served.
    pub fn auth(self) -> anyhow::Result<Option<HookAuth>> {
        let secret = presented(self.secret.as_ref(), "hooks.secret", "TESSERA_HOOKS_SECRET")?;
        Ok(secret.map(|secret| HookAuth { header: self.header, secret }))
    }
}

/// The fields of a delivery that contain each identifier. `None`: the default fields.
#[derive(Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct FreshserviceHook {
    pub display_id: Option<Vec<String>>,
    pub asset_tag: Option<Vec<String>>,
    pub serial: Option<Vec<String>>,
    pub requester_id: Option<Vec<String>>,
    /// A ticket's number.
    pub ticket_id: Option<Vec<String>>,
}

impl FreshserviceHook {
    /// The field names, with defaults.
    pub fn fields(self) -> HookFields {
        let usual = HookFields::default();
        HookFields {
            display_id: self.display_id.unwrap_or(usual.display_id),
            asset_tag: self.asset_tag.unwrap_or(usual.asset_tag),
            serial: self.serial.unwrap_or(usual.serial),
            requester_id: self.requester_id.unwrap_or(usual.requester_id),
            ticket_id: self.ticket_id.unwrap_or(usual.ticket_id),
        }
    }
}
