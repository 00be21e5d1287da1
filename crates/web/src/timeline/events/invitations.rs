//! Wording of the timeline events of invitations.

use tessera_core::invitations::event::InvitationEvent;

use super::Wording;
use crate::locale::text;

impl Wording for InvitationEvent {
    fn staff(&self) -> String {
        match self {
            Self::Invited { email, issued_by, .. } => format!("Invitation issued to {email} by {issued_by}"),
            Self::InvitationWithdrawn { requester } => format!("The invitation of {requester} was withdrawn"),
        }
    }

    fn customer(&self) -> Option<String> {
        match self {
            Self::Invited { .. } => Some(text!("timeline-invited")),
            Self::InvitationWithdrawn { .. } => None,
        }
    }
}
