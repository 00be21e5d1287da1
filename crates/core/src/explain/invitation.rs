//! The way of a person: the invitation, and the activation that follows from it.

use jiff::Timestamp;

use super::Reason;
use super::check::{Check, Target};
use super::facts::{Attempt, Facts, Invitation, Requester, Standing};
use super::person::is_linked;
use crate::invitations::{ActivationError, InvitationState, Revocation};

/// What was found about the invitation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum InvitationFinding {
    /// It was used.
    Used,
    /// Somebody signed in through one.
    SignedInThrough,
    /// Somebody signed in through the newest one.
    Claimed,
    /// Nobody is known who could be invited.
    NobodyToInvite,
    /// None was made.
    NoneMade,
    /// None was made, and there is no address to send one to.
    NoEmail,
    /// The mail with it was not sent.
    MailFailed {
        /// When it was made.
        made: Timestamp,
        /// What went wrong.
        error: String,
    },
    /// It was not used yet.
    Open {
        /// When it was made.
        made: Timestamp,
        /// When it ends.
        expires_at: Timestamp,
    },
    /// It was used, and the link was ended since.
    LinkEnded {
        /// When it was made.
        made: Timestamp,
    },
    /// It was used, and nobody signs in any more.
    NobodySignsIn {
        /// When it was made.
        made: Timestamp,
    },
    /// Its time ran out.
    Expired {
        /// When it was made.
        made: Timestamp,
        /// When it ended.
        expires_at: Timestamp,
    },
    /// It was taken back.
    Revoked {
        /// When it was made.
        made: Timestamp,
        /// Why.
        why: Option<Revocation>,
    },
}

/// What was found about the activation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ActivationFinding {
    /// The account is activated.
    Activated,
    /// None is under way.
    None,
    /// It is under way.
    Running {
        /// Since when.
        since: Timestamp,
    },
    /// It waits for a system.
    Delayed {
        /// Since when it is under way.
        since: Timestamp,
        /// The system.
        system: String,
    },
    /// It was refused.
    Refused {
        /// When.
        at: Timestamp,
        /// Why.
        refusal: ActivationError,
    },
}

/// The activation that matters: the sign-in's own, else that of the requester's newest invitation. A refusal is over once there is a newer
/// invitation.
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
        return Check::pass(RULE, InvitationFinding::Used);
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
        return Check::pass(RULE, ActivationFinding::Activated);
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
