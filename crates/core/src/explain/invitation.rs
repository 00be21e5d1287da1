//! Checks of the invitation and the resulting activation.

use jiff::Timestamp;

use super::Reason;
use super::check::{Check, Target};
use super::facts::{Attempt, Facts, Invitation, Requester, Standing};
use super::person::{is_activated, is_linked};
use crate::invitations::{ActivationError, InvitationState, Revocation};

/// Findings about the invitation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum InvitationFinding {
    /// An invitation was used.
    Used,
    /// No invitation was used: the sign-in was set up in another way.
    NotNeeded,
    /// There was a sign-in through an invitation.
    SignedInThrough,
    /// There was a sign-in through the latest invitation.
    Claimed,
    /// There is no requester to invite.
    NobodyToInvite,
    /// No invitation was issued.
    NoneMade,
    /// No invitation was issued, and the requester has no e-mail address.
    NoEmail,
    /// Its e-mail was not sent.
    MailFailed {
        /// Time of issue.
        made: Timestamp,
        /// Error message.
        error: String,
    },
    /// Not used yet.
    Open {
        /// Time of issue.
        made: Timestamp,
        /// Expiry.
        expires_at: Timestamp,
    },
    /// Used, but the link has ended since.
    LinkEnded {
        /// Time of issue.
        made: Timestamp,
    },
    /// Used, but the customer has no identity left.
    NobodySignsIn {
        /// Time of issue.
        made: Timestamp,
    },
    /// Expired.
    Expired {
        /// Time of issue.
        made: Timestamp,
        /// Expiry.
        expires_at: Timestamp,
    },
    /// Revoked.
    Revoked {
        /// Time of issue.
        made: Timestamp,
        /// Reason.
        why: Option<Revocation>,
    },
}

/// Findings about the activation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ActivationFinding {
    /// The customer is activated.
    Activated,
    /// There was no activation: the sign-in was set up in another way.
    NotNeeded,
    /// There is no activation in progress.
    None,
    /// In progress.
    Running {
        /// Start time.
        since: Timestamp,
    },
    /// Waiting for a system.
    Delayed {
        /// Start time.
        since: Timestamp,
        /// The system.
        system: String,
    },
    /// Rejected.
    Refused {
        /// Time of the rejection.
        at: Timestamp,
        /// Reason.
        refusal: ActivationError,
    },
}

/// The relevant activation: the sign-in's own, otherwise that of the requester's latest invitation. A rejection is no
/// longer relevant after a newer invitation.
pub(super) fn attempt(facts: &Facts) -> Option<&Attempt> {
    let invitation = facts.requester.as_ref().and_then(|requester| requester.invitation.as_ref());
    let attempt = match &facts.sign_in {
        Some(sign_in) => sign_in.activation.as_ref(),
        None => invitation.and_then(|invitation| invitation.activation.as_ref()),
    }?;
    let over = matches!(attempt.standing, Standing::Refused(_))
        && invitation.is_some_and(|invitation| invitation.created_at > attempt.at);
    Some(attempt).filter(|attempt| !over && attempt.standing != Standing::Done)
}

pub(super) fn invitation(facts: &Facts) -> Check {
    const RULE: &str = "invitation";
    if is_linked(facts) {
        // A step that never took place is not shown as done.
        return if is_activated(facts) {
            Check::pass(RULE, InvitationFinding::Used)
        } else {
            Check::note(RULE, InvitationFinding::NotNeeded)
        };
    }
    if attempt(facts).is_some() {
        return Check::pass(RULE, InvitationFinding::SignedInThrough);
    }
    let Some(requester) = &facts.requester else {
        return Check::unknown(RULE, InvitationFinding::NobodyToInvite);
    };
    let target = Some(Target::Record(requester.key.clone()));
    let Some(invitation) = &requester.invitation else {
        return match requester {
            _ if !requester.stands() => Check::follows(RULE, InvitationFinding::NoneMade),
            Requester { has_email: false, .. } => {
                Check::decides(RULE, Reason::RequesterWithoutEmail, InvitationFinding::NoEmail, target)
            }
            _ => Check::decides(RULE, Reason::NeverActivated, InvitationFinding::NoneMade, target),
        };
    };
    standing_of(invitation, requester, facts, target)
}

fn standing_of(invitation: &Invitation, requester: &Requester, facts: &Facts, target: Option<Target>) -> Check {
    const RULE: &str = "invitation";
    let (made, expires_at) = (invitation.created_at, invitation.expires_at);
    let gave_up = invitation.mail.as_ref().filter(|mail| mail.retry_at.is_none());
    let (reason, finding) = match invitation.state {
        InvitationState::Open if let Some(mail) = gave_up => {
            (Reason::MailFailed, InvitationFinding::MailFailed { made, error: mail.error.clone() })
        }
        InvitationState::Open => (Reason::InvitationUnused, InvitationFinding::Open { made, expires_at }),
        InvitationState::Claimed => return Check::pass(RULE, InvitationFinding::Claimed),
        InvitationState::Used if facts.customer.is_none() => {
            (Reason::RequesterUnlinked, InvitationFinding::LinkEnded { made })
        }
        InvitationState::Used => (Reason::IdentityUnlinked, InvitationFinding::NobodySignsIn { made }),
        InvitationState::Expired => (Reason::InvitationExpired, InvitationFinding::Expired { made, expires_at }),
        InvitationState::Revoked => {
            (Reason::InvitationRevoked, InvitationFinding::Revoked { made, why: invitation.revoked })
        }
    };
    if requester.stands() { Check::decides(RULE, reason, finding, target) } else { Check::follows(RULE, finding) }
}

pub(super) fn activation(facts: &Facts) -> Check {
    const RULE: &str = "activation";
    if is_linked(facts) {
        return if is_activated(facts) {
            Check::pass(RULE, ActivationFinding::Activated)
        } else {
            Check::note(RULE, ActivationFinding::NotNeeded)
        };
    }
    let target = facts.requester.as_ref().map(|requester| Target::Record(requester.key.clone()));
    let Some(attempt) = attempt(facts) else { return Check::follows(RULE, ActivationFinding::None) };
    let since = attempt.at;
    match &attempt.standing {
        Standing::Running | Standing::Done => {
            Check::decides(RULE, Reason::ActivationPending, ActivationFinding::Running { since }, target)
        }
        Standing::Delayed(system) => {
            let delayed = ActivationFinding::Delayed { since, system: system.clone() };
            Check::decides(RULE, Reason::ActivationDelayed, delayed, Some(Target::System(system.clone())))
        }
        Standing::Refused(refusal) => {
            let refused = ActivationFinding::Refused { at: since, refusal: *refusal };
            Check::decides(RULE, Reason::ActivationRefused, refused, target)
        }
    }
}
