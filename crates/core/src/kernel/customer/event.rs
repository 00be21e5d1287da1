//! Timeline events of the customer record and its links.

use serde::{Deserialize, Serialize};
use strum::VariantNames;

use super::{EndReason, Evidence, Origin};
use crate::kernel::record::RecordKey;
use crate::kernel::timeline::{FeatureEvent, Personal};

/// Timeline events of the customer record and its links.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, strum::IntoStaticStr, VariantNames)]
#[serde(tag = "event", content = "detail", rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum CustomerEvent {
    /// The customer record was created (`A01`).
    CustomerCreated {
        /// Initial name.
        name: Personal,
    },
    /// A record was linked.
    Linked {
        /// The linked record.
        record: RecordKey,
        /// Origin of the link.
        origin: Origin,
        /// Evidence for the link.
        evidence: Personal<Evidence>,
    },
    /// A link was ended.
    Unlinked {
        /// The unlinked record.
        record: RecordKey,
        /// Reason.
        why: EndReason,
    },
    /// No CRM contact has the requester's primary e-mail (`A04`).
    ContactMissing {
        /// The address searched for.
        email: Personal,
    },
    /// The linked contact's address differs from the requester's, and no other contact has the requester's.
    ContactDiffers {
        /// The linked contact.
        contact: RecordKey,
        /// The contact's address.
        theirs: Option<Personal>,
        /// The requester's address.
        email: Personal,
    },
    /// The service desk's primary e-mail changed.
    EmailChanged {
        /// The address before.
        from: Option<Personal>,
        /// The address now.
        to: Option<Personal>,
    },
    /// The service desk's telephone number changed.
    PhoneChanged {
        /// The number before.
        from: Option<Personal>,
        /// The number now.
        to: Option<Personal>,
    },
    /// The name changed.
    Renamed {
        /// The name before.
        from: Personal,
        /// The name now.
        to: Personal,
    },
}

impl FeatureEvent for CustomerEvent {
    const NAMES: &'static [&'static str] = Self::VARIANTS;

    fn name(&self) -> &'static str {
        self.into()
    }
}
