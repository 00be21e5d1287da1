//! Links by requester id only (`A20`, compatibility mode).
//!
//! A requester id is not a secret: consecutive ids belong to other people, so an id alone entitles no one. Linking
//! requires a verified address of the sign-in that is one of the requester's, or a decision by staff.

use crate::activation::{self, ClaimAttempt, ClaimOutcome};
use crate::invitations::change::InvitationChange;
use crate::invitations::{ActivationError, Entitlement};
use crate::kernel::customer::{IdentityKey, SignIn};
use crate::kernel::normalise;
use crate::kernel::plan::{Plan, Stamp};
use crate::kernel::record::{Attributes, RecordKey};
use crate::kernel::rejection::Rejection;
use crate::sync::change::ReviewChange;
use crate::sync::correlate::Slot;
use crate::sync::review::{Question, Review};

/// Maximum number of open reviews about one sign-in, so that trying consecutive ids does not fill the review list.
const MAX_OPEN: usize = 3;

/// Staff decided that a sign-in is not the requester's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("staff decided that this sign-in is not the requester's; an invitation with a link of its own still works")]
pub struct RequesterDeclinedError;

impl Rejection for RequesterDeclinedError {
    fn code(&self) -> &'static str {
        "declined"
    }
}

/// Whether the text is an id as the service desk assigns them. Leading zeros are not allowed: they would give the same
/// record a second key.
pub fn is_requester_id(text: &str) -> bool {
    !text.is_empty() && text.len() <= 20 && !text.starts_with('0') && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// The sign-in's verified address, if it is the primary or a secondary address of an active requester.
pub fn shared_address(sign_in: &SignIn, requester: &Attributes) -> Option<String> {
    let Attributes::Requester(requester) = requester else { return None };
    let address = sign_in.email.as_deref().filter(|_| sign_in.email_verified).and_then(normalise::email)?;
    let mut theirs = requester.primary_email.iter().chain(&requester.secondary_emails);
    let known = theirs.any(|entered| normalise::email(entered).as_ref() == Some(&address));
    (requester.active && known).then_some(address)
}

/// Starts an activation without a token: creates an invitation without a link and claims it in the same plan.
pub fn admit(attempt: ClaimAttempt<'_>, stamp: Stamp<'_>) -> Result<Plan, ActivationError> {
    let invitation = attempt.invitation.clone();
    let why = match invitation.ground {
        Entitlement::Token => "the requester is invited",
        Entitlement::VerifiedEmail => "the sign-in's verified address is one of the requester's",
        Entitlement::Decision { .. } => "a person decided that the requester is this sign-in's",
    };
    let mut plan = Plan::default();
    if let ClaimOutcome::Begin(begun, _) = activation::claim_invitation(attempt, stamp)? {
        plan.push(InvitationChange::Create(Box::new(invitation)), why);
        plan.extend(begun);
    }
    Ok(plan)
}

/// The slot that serialises the reviews about a sign-in.
pub fn slot(identity: &IdentityKey) -> Slot {
    Slot::of(&format!("reviews {} {}", identity.issuer, identity.subject))
}

/// Opens a review whether a requester belongs to a sign-in, unless there was one before, or too many reviews about this
/// sign-in are open.
pub fn ask(sign_in: &SignIn, requester: RecordKey, before: &[Review], stamp: Stamp<'_>) -> Plan {
    let mut plan = Plan::default();
    let asked = before.iter().any(|review| is_about(&review.question, &requester));
    let open = before.iter().filter(|review| review.decided.is_none()).count();
    if asked || open >= MAX_OPEN {
        return plan;
    }
    let question = Question::WhoseSignIn { sign_in: Box::new(sign_in.clone()), requester };
    let review =
        Review { id: stamp.id(), customer_id: None, question, created_at: stamp.now, decided: None, note: None };
    plan.push(ReviewChange::Create(Box::new(review)), "a number is no proof: a person decides");
    plan
}

/// Whether a review's question is about this requester.
pub fn is_about(question: &Question, requester: &RecordKey) -> bool {
    matches!(question, Question::WhoseSignIn { requester: asked, .. } if asked == requester)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::customer::IdentityKey;
    use crate::kernel::record::Requester;

    fn sign_in(email: &str, email_verified: bool) -> SignIn {
        SignIn {
            identity: IdentityKey { issuer: "https://id.example".into(), subject: "s".into() },
            provider: "idp".into(),
            email: Some(email.into()),
            email_verified,
            name: None,
        }
    }

    #[test]
    fn a20_requester_id_link_requires_a_verified_address_of_an_active_requester() {
        let ada = Requester {
            primary_email: Some("Ada@example.com".into()),
            secondary_emails: vec!["ada.old@example.com".into()],
            active: true,
            ..Requester::default()
        };
        let shared = |sign_in: &SignIn, requester: &Requester| {
            shared_address(sign_in, &Attributes::Requester(requester.clone()))
        };
        assert_eq!(shared(&sign_in("ada@EXAMPLE.com", true), &ada).as_deref(), Some("ada@example.com"));
        assert_eq!(shared(&sign_in("ada.old@example.com", true), &ada).as_deref(), Some("ada.old@example.com"));
        assert_eq!(shared(&sign_in("ada@example.com", false), &ada), None, "unverified");
        assert_eq!(shared(&sign_in("eve@example.com", true), &ada), None, "somebody else's");
        let gone = Requester { active: false, ..ada };
        assert_eq!(shared(&sign_in("ada@example.com", true), &gone), None, "deactivated");
    }

    #[test]
    fn a20_is_requester_id_rejects_tokens() {
        assert!(is_requester_id("123") && is_requester_id("21000418006"));
        for text in ["", "12a", "-1", "0", "0123", "123456789012345678901", "kq3vR0pZ8sT1mWc5yXb7Ng"] {
            assert!(!is_requester_id(text), "{text}");
        }
    }
}
