//! Timeline events of sign-in and of stored secrets.

use serde::{Deserialize, Serialize};
use strum::VariantNames;

use super::Notice;
use crate::kernel::timeline::{FeatureEvent, Personal};

/// Timeline events of sign-in and of stored secrets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, strum::IntoStaticStr, VariantNames)]
#[serde(tag = "event", content = "detail", rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum CredentialEvent {
    /// The customer added a sign-in to their record (`A23`).
    IdentityAdded {
        /// The identity provider's configured name.
        provider: String,
        /// The sign-in, masked.
        shown_as: Personal,
    },
    /// The customer removed a sign-in from their record (`A23`).
    IdentityRemoved {
        /// The identity provider's configured name.
        provider: String,
        /// The sign-in, masked.
        shown_as: Personal,
    },
    /// A link to set a password was sent (`P03`).
    PasswordLinkSent {
        /// Person id.
        person_id: String,
        /// Recipient address, masked.
        sent_to: Personal,
    },
    /// A person's credentials changed.
    SignInSecured {
        /// Person id.
        person_id: String,
        /// The change.
        what: Notice,
    },
    /// A person's sessions were ended: all, or all but the current one.
    SessionsEnded {
        /// Person id.
        person_id: String,
    },
    /// Secrets were encrypted anew with another secret key (`H01`). On the operator's timeline.
    SecretsReencrypted {
        /// Public name of the key that encrypts them from then on.
        key: String,
        /// How many.
        values: u64,
    },
}

impl FeatureEvent for CredentialEvent {
    const NAMES: &'static [&'static str] = Self::VARIANTS;

    fn name(&self) -> &'static str {
        self.into()
    }
}
