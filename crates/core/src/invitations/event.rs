//! Timeline events of invitations.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use strum::VariantNames;

use crate::kernel::ids::InvitationId;
use crate::kernel::record::RecordKey;
use crate::kernel::timeline::{FeatureEvent, Personal};

/// Timeline events of invitations.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, strum::IntoStaticStr, VariantNames)]
#[serde(tag = "event", content = "detail", rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum InvitationEvent {
    /// An invitation was sent (`A11`). Written at once if the customer exists, otherwise when it is created.
    Invited {
        /// The invitation.
        invitation_id: InvitationId,
        /// Recipient address.
        email: Personal,
        /// Time of issue; may be earlier than the entry.
        issued_at: Timestamp,
        /// Actor who issued it.
        issued_by: String,
    },
    /// Staff withdrew an unused invitation.
    InvitationWithdrawn {
        /// The invited requester.
        requester: RecordKey,
    },
}

impl FeatureEvent for InvitationEvent {
    const NAMES: &'static [&'static str] = Self::VARIANTS;

    fn name(&self) -> &'static str {
        self.into()
    }
}
