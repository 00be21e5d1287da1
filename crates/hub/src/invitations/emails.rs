//! The e-mails of an invitation.

use jiff::Timestamp;
use serde::Serialize;
use tessera_core::invitations::jobs::{MailInvitation, MailInvitationReminder};
use tessera_core::invitations::{Invitation, InvitationState};
use tessera_core::kernel::actor::Actor;
use tessera_core::kernel::ids::InvitationId;
use tessera_core::kernel::job::Leased;

use crate::emails::{Email, EmailSamples, sample};
use crate::jobs::{JobOutcome, Run};
use crate::{Hub, HubError};

/// The activation link with its explanation (`A11`).
#[derive(Serialize)]
pub(super) struct InvitationEmail {
    name: String,
    /// The activation link.
    url: String,
    /// Until when it works.
    expires_at: Timestamp,
    /// Someone with an older link, or with the address at an identity provider, asked for it; otherwise staff sent it.
    #[serde(skip)]
    asked_for: bool,
}

impl Email for InvitationEmail {
    const NAME: &'static str = "invitation";

    fn is_open_to_strangers(&self) -> bool {
        self.asked_for
    }

    fn samples() -> Vec<(&'static str, Self)> {
        let email = |name: &str, asked_for| Self {
            name: name.to_owned(),
            url: sample::url("/activate/kq3vR0pZ8sT1mWc5yXb7Ng"),
            expires_at: sample::in_days(7),
            asked_for,
        };
        vec![("named", email("Jo Meyer", false)), ("unnamed", email("", false)), ("asked", email("Jo Meyer", true))]
    }
}

inventory::submit! { EmailSamples::of::<InvitationEmail>() }

/// A reminder that the activation link expires soon.
#[derive(Serialize)]
struct InvitationReminderEmail {
    name: String,
    /// The activation link.
    url: String,
    /// Until when it works.
    expires_at: Timestamp,
}

impl Email for InvitationReminderEmail {
    const NAME: &'static str = "invitation_reminder";

    /// One for each invitation, long after it.
    fn is_open_to_strangers(&self) -> bool {
        false
    }

    fn samples() -> Vec<(&'static str, Self)> {
        let email = |name: &str| Self {
            name: name.to_owned(),
            url: sample::url("/activate/kq3vR0pZ8sT1mWc5yXb7Ng"),
            expires_at: sample::in_days(2),
        };
        vec![("named", email("Jo Meyer")), ("unnamed", email(""))]
    }
}

inventory::submit! { EmailSamples::of::<InvitationReminderEmail>() }

impl Run for MailInvitation {
    async fn run(&self, hub: &Hub, job: &Leased) -> Result<JobOutcome, HubError> {
        let Some(invitation) = hub.unused_invitation(self.invitation_id).await? else { return Ok(JobOutcome::Done) };
        let (url, expires_at) = (hub.invitation_url(&invitation), invitation.expires_at);
        let asked_for = invitation.created_by == Actor::Customer.to_string();
        let email = InvitationEmail { name: invitation.name, url, expires_at, asked_for };
        Ok(hub.send(&invitation.email, &email, job).await)
    }
}

impl Run for MailInvitationReminder {
    async fn run(&self, hub: &Hub, job: &Leased) -> Result<JobOutcome, HubError> {
        let Some(invitation) = hub.unused_invitation(self.invitation_id).await? else { return Ok(JobOutcome::Done) };
        let (url, expires_at) = (hub.invitation_url(&invitation), invitation.expires_at);
        Ok(hub.send(&invitation.email, &InvitationReminderEmail { name: invitation.name, url, expires_at }, job).await)
    }
}

impl Hub {
    /// An invitation that waits for its customer. Once it was taken back or used, or has expired, nobody should get its link any more.
    async fn unused_invitation(&self, id: InvitationId) -> Result<Option<Invitation>, HubError> {
        let now = self.env.now();
        Ok(self.reads().invitation(id).await?.filter(|invitation| invitation.state(now) == InvitationState::Open))
    }
}
