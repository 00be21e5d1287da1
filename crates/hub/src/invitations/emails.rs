//! The e-mail of an invitation.

use jiff::Timestamp;
use serde::Serialize;
use tessera_core::invitations::InvitationState;
use tessera_core::invitations::jobs::MailInvitation;
use tessera_core::kernel::job::Leased;

use crate::emails::{Email, EmailSamples, sample};
use crate::jobs::{JobOutcome, Run};
use crate::{Hub, HubError};

/// The activation link with its explanation (`A11`).
#[derive(Serialize)]
struct InvitationEmail {
    name: String,
    /// The activation link.
    url: String,
    /// Until when it works.
    expires_at: Timestamp,
}

impl Email for InvitationEmail {
    const NAME: &'static str = "invitation";

    fn samples() -> Vec<(&'static str, Self)> {
        let email = |name: &str| Self {
            name: name.to_owned(),
            url: sample::url("/activate/kq3vR0pZ8sT1mWc5yXb7Ng"),
            expires_at: sample::in_days(7),
        };
        vec![("named", email("Jo Meyer")), ("unnamed", email(""))]
    }
}

inventory::submit! { EmailSamples::of::<InvitationEmail>() }

impl Run for MailInvitation {
    async fn run(&self, hub: &Hub, job: &Leased) -> Result<JobOutcome, HubError> {
        let now = hub.env.now();
        let invitation = hub.store.invitation(self.invitation_id).await?;
        // Taken back, used or expired meanwhile: nobody should get this link any more.
        let Some(invitation) = invitation.filter(|it| it.state(now) == InvitationState::Open) else {
            return Ok(JobOutcome::Done);
        };
        let email = InvitationEmail {
            name: invitation.name,
            url: hub.invitation_url(self.invitation_id),
            expires_at: invitation.expires_at,
        };
        Ok(hub.send(&invitation.email, &email, job).await)
    }
}
