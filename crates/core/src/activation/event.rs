//! Timeline events of activations.

use serde::{Deserialize, Serialize};
use strum::VariantNames;

use crate::kernel::ids::InvitationId;
use crate::kernel::timeline::{FeatureEvent, Personal};

/// Timeline events of activations.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, strum::IntoStaticStr, VariantNames)]
#[serde(tag = "event", content = "detail", rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum ActivationEvent {
    /// The customer activated (`A13`).
    Activated {
        /// The invitation used.
        invitation_id: InvitationId,
        /// The identity provider's configured name.
        provider: String,
        /// E-mail address from the sign-in, if the provider supplied one.
        email: Option<Personal>,
    },
}

impl FeatureEvent for ActivationEvent {
    const NAMES: &'static [&'static str] = Self::VARIANTS;

    fn name(&self) -> &'static str {
        self.into()
    }
}
