//! Timeline events of message keys.

use serde::{Deserialize, Serialize};
use strum::VariantNames;

use crate::kernel::timeline::FeatureEvent;

/// Timeline events of message keys.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, strum::IntoStaticStr, VariantNames)]
#[serde(tag = "event", content = "detail", rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum MessageEvent {
    /// A key with which a person's machine sends messages was issued (`P17`).
    MessageKeyIssued {
        /// The person id.
        person_id: String,
        /// The key's name.
        name: String,
    },
    /// Such a key was revoked.
    MessageKeyRevoked {
        /// The person id.
        person_id: String,
        /// The key's name.
        name: String,
    },
}

impl FeatureEvent for MessageEvent {
    const NAMES: &'static [&'static str] = Self::VARIANTS;

    fn name(&self) -> &'static str {
        self.into()
    }

    fn person(&self) -> Option<&str> {
        match self {
            Self::MessageKeyIssued { person_id, .. } | Self::MessageKeyRevoked { person_id, .. } => Some(person_id),
        }
    }
}
