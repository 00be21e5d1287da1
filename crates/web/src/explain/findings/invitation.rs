//! Findings about the invitation and the activation.

use tessera_core::explain::{ActivationFinding, InvitationFinding};
use tessera_core::invitations::Revocation;

use crate::pages::dates::moment;

pub(super) fn sentence(finding: &InvitationFinding) -> String {
    match finding {
        InvitationFinding::Used => "It was used.".to_owned(),
        InvitationFinding::NotNeeded => "None was used: the sign-in was set up in another way.".to_owned(),
        InvitationFinding::SignedInThrough => "A person signed in through an invitation.".to_owned(),
        InvitationFinding::Claimed => "A person signed in through it.".to_owned(),
        InvitationFinding::NobodyToInvite => "There is no requester to invite.".to_owned(),
        InvitationFinding::NoneMade => "No invitation was made.".to_owned(),
        InvitationFinding::NoEmail => {
            "No invitation was made, and there is no e-mail address to send one to.".to_owned()
        }
        InvitationFinding::MailFailed { made, error } => format!("The mail of {} was not sent: {error}", moment(*made)),
        InvitationFinding::Open { made, expires_at } => {
            format!("Sent on {}, open until {}, not used.", moment(*made), moment(*expires_at))
        }
        InvitationFinding::LinkEnded { made } => {
            format!("The invitation of {} was used, and the link was ended since.", moment(*made))
        }
        InvitationFinding::NobodySignsIn { made } => {
            format!("The invitation of {} was used, but no sign-in is left.", moment(*made))
        }
        InvitationFinding::Expired { made, expires_at } => {
            format!("Sent on {}, ran out on {}.", moment(*made), moment(*expires_at))
        }
        InvitationFinding::Revoked { made, why } => {
            format!("The invitation of {} was taken back {}.", moment(*made), because(*why))
        }
    }
}

const fn because(why: Option<Revocation>) -> &'static str {
    match why {
        Some(Revocation::EmailChanged) => "because the requester’s e-mail address changed",
        Some(Revocation::RequesterGone) => "because the requester was merged, deactivated or deleted",
        _ => "by staff",
    }
}

pub(super) fn activation(finding: &ActivationFinding) -> String {
    match finding {
        ActivationFinding::Activated => "The account is activated.".to_owned(),
        ActivationFinding::NotNeeded => "There was none: the sign-in was set up in another way.".to_owned(),
        ActivationFinding::None => "No activation is under way.".to_owned(),
        ActivationFinding::Running { since } => format!("Under way since {}.", moment(*since)),
        ActivationFinding::Delayed { since, system } => {
            format!("Under way since {}; it waits for {system}, which does not answer.", moment(*since))
        }
        ActivationFinding::Refused { at, refusal } => {
            format!("Refused on {}: {refusal} (code {})", moment(*at), refusal.code())
        }
    }
}
