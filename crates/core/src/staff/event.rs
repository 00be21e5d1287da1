//! Timeline events of staff accounts and API keys.

use serde::{Deserialize, Serialize};
use strum::VariantNames;

use crate::kernel::timeline::FeatureEvent;

/// Timeline events of staff accounts and API keys.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, strum::IntoStaticStr, VariantNames)]
#[serde(tag = "event", content = "detail", rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum StaffEvent {
    /// A staff account was created.
    StaffAdded {
        /// Login name.
        login: String,
        /// Names of its roles.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        roles: Vec<String>,
    },
    /// A staff account got other roles.
    StaffRolesChanged {
        /// Login name.
        login: String,
        /// Names of its roles from then on.
        roles: Vec<String>,
    },
    /// A local staff account signed in although staff sign in at the company's identity provider.
    StaffBreakGlass {
        /// Login name.
        login: String,
    },
    /// A staff account was removed; its sessions ended.
    StaffRemoved {
        /// Login name.
        login: String,
    },
    /// A staff account's password was changed; its sessions ended.
    StaffPasswordSet {
        /// Login name.
        login: String,
    },
    /// An API key was issued. An older key of the same name was revoked.
    ApiKeyIssued {
        /// The key's name.
        name: String,
        /// Its scopes.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        scopes: Vec<String>,
    },
    /// An API key was revoked.
    ApiKeyRevoked {
        /// The key's name.
        name: String,
    },
}

impl FeatureEvent for StaffEvent {
    const NAMES: &'static [&'static str] = Self::VARIANTS;

    fn name(&self) -> &'static str {
        self.into()
    }
}
