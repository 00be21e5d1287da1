//! Jobs of invitations.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::kernel::actor::Actor;
use crate::kernel::ids::InvitationId;
use crate::kernel::job::{JobKind, Lane, Pool};

/// Send the invitation e-mail (`A11`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailInvitation {
    /// The invitation.
    pub invitation_id: InvitationId,
}

impl JobKind for MailInvitation {
    const KIND: &'static str = "mail_invitation";
    const LANE: Lane = Lane::Normal;

    fn subject(&self) -> String {
        self.invitation_id.to_string()
    }

    fn pool(&self) -> Pool {
        Pool::Mail
    }
}

/// Remind the invited customer, shortly before the link expires.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailInvitationReminder {
    /// The invitation.
    pub invitation_id: InvitationId,
}

impl JobKind for MailInvitationReminder {
    const KIND: &'static str = "mail_invitation_reminder";
    const LANE: Lane = Lane::Normal;

    fn subject(&self) -> String {
        self.invitation_id.to_string()
    }

    fn pool(&self) -> Pool {
        Pool::Mail
    }
}

/// Invite a requester at the request of a service desk workflow (`A11`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invite {
    /// The requester's id, as in the webhook.
    pub requester_id: String,
    /// Actor who requested it: `system:freshservice`.
    pub asked_by: Actor,
    /// Time of the first lookup that did not find the requester. A single answer is not believed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub missing_since: Option<Timestamp>,
}

impl JobKind for Invite {
    const KIND: &'static str = "invite";
    const LANE: Lane = Lane::Normal;

    fn subject(&self) -> String {
        self.requester_id.clone()
    }

    fn pool(&self) -> Pool {
        Pool::ServiceDesk
    }
}
