//! Changes of invitations.

use tessera_core::invitations::change::InvitationChange;

use super::{Describe, or_dash};

impl Describe for InvitationChange {
    fn describe(&self) -> String {
        match self {
            Self::Create(it) => format!("invitation of {} to {}", it.record(), or_dash(Some(&it.email))),
            Self::Revoke { external_id, why, .. } => {
                format!("take back open invitations of {external_id}: {}", why.as_str())
            }
            Self::Claim { claim, .. } => format!("claim the invitation, shown as {}", claim.shown_as),
            Self::Release { .. } => "give the invitation back".to_owned(),
            Self::Consume { .. } => "consume the invitation".to_owned(),
        }
    }
}
