//! Invitations: who may activate which requester, and until when (`A11`, `A20`).

pub mod change;
mod error;
pub mod event;
mod invitee;
mod issue;
pub mod jobs;
pub mod link_form;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::invitations::event::InvitationEvent;
use crate::kernel::customer::IdentityKey;
use crate::kernel::ids::{InvitationId, ReviewId};
use crate::kernel::record::{Kind, RecordKey};
use crate::kernel::rejection::Rejection;

pub use error::InvitationError;
pub use invitee::address_of;
pub use issue::{issue, noted};

/// An invitation for one requester. Only the hash of its token is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invitation {
    /// The invitation's id.
    pub id: InvitationId,
    /// The configured name of the service desk, or of the marketplace.
    pub system: String,
    /// Kind of the record that the activation links: a requester, or a marketplace account (`M13`).
    pub kind: Kind,
    /// The id of that record: the requester's, or the account's.
    pub external_id: String,
    /// The requester's name at issue, for the greeting.
    pub name: String,
    /// The requester's primary address at issue, as entered. The only recipient of the mail.
    pub email: String,
    /// SHA-256 of the token.
    pub token_hash: [u8; 32],
    /// Time of issue.
    pub created_at: Timestamp,
    /// Actor who requested it.
    pub created_by: String,
    /// Expiry.
    pub expires_at: Timestamp,
    /// Time of the first visit. Mail scanners open links too, so a visit proves nothing and uses up nothing.
    pub opened_at: Option<Timestamp>,
    /// The first sign-in through it. Every other sign-in is rejected afterwards.
    pub claim: Option<Claim>,
    /// Time of the completed activation.
    pub consumed_at: Option<Timestamp>,
    /// Time and reason of revocation.
    pub revoked: Option<(Timestamp, Revocation)>,
    /// Entitlement of the claimant.
    pub ground: Entitlement,
}

/// Entitlement of a claimant to activate. Without a token there is no link: the invitation is claimed when it is
/// created.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "by", rename_all = "snake_case")]
pub enum Entitlement {
    /// Possession of the token sent to the requester's address.
    #[default]
    Token,
    /// The requester id with a verified address that is one of the requester's (`A20`, compatibility mode).
    VerifiedEmail,
    /// The requester id with a decision by staff.
    Decision {
        /// The review that was decided.
        review_id: ReviewId,
        /// The staff member who decided.
        decided_by: String,
        /// Note of the person who decided.
        note: Option<String>,
    },
}

/// The first sign-in through an invitation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// The identity.
    pub identity: IdentityKey,
    /// Masked label, for display to others.
    pub shown_as: String,
    /// Time of the sign-in.
    pub at: Timestamp,
}

/// Why an invitation was revoked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Revocation {
    /// A newer one was issued for the same requester.
    Superseded,
    /// Staff revoked it.
    Withdrawn,
    /// The requester's primary e-mail changed.
    EmailChanged,
    /// The requester was merged, deactivated or deleted.
    RequesterGone,
    /// The marketplace deleted the account.
    AccountDeleted,
}

impl Revocation {
    /// The name used in the database and the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Superseded => "superseded",
            Self::Withdrawn => "withdrawn",
            Self::EmailChanged => "email_changed",
            Self::RequesterGone => "requester_gone",
            Self::AccountDeleted => "account_deleted",
        }
    }

    /// Reads the name back.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Superseded, Self::Withdrawn, Self::EmailChanged, Self::RequesterGone, Self::AccountDeleted]
            .into_iter()
            .find(|why| why.as_str() == text)
    }
}

/// An invitation's state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum InvitationState {
    /// Waiting for the customer.
    Open,
    /// Claimed by a sign-in; the activation is in progress.
    Claimed,
    /// The activation is complete.
    Used,
    /// Expired.
    Expired,
    /// Revoked.
    Revoked,
}

impl InvitationState {
    /// The name used in the API and on pages.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Claimed => "claimed",
            Self::Used => "used",
            Self::Expired => "expired",
            Self::Revoked => "revoked",
        }
    }
}

/// Why an activation is rejected. Each reason has a page that explains it and the next step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum ActivationError {
    /// No invitation has this token.
    #[error("no invitation has this link")]
    UnknownLink,
    /// The invitation expired.
    #[error("the invitation has expired")]
    Expired,
    /// It was used already.
    #[error("the invitation was used already")]
    Used,
    /// A newer one was sent.
    #[error("a newer invitation was sent")]
    Superseded,
    /// The invitation was revoked.
    #[error("the invitation was taken back")]
    Revoked,
    /// This sign-in belongs to another customer record already.
    #[error("this sign-in belongs to another customer record already")]
    OtherAccountLinked,
    /// The record is activated already, with another sign-in.
    #[error("the record is activated already, with another sign-in")]
    AlreadyActivatedByOther,
    /// Another user is currently activating through this link.
    #[error("someone else is activating through this link right now")]
    PendingByOther,
    /// The sign-in was begun in another browser.
    #[error("the sign-in was begun in another browser")]
    OtherBrowser,
    /// The sign-in is finished already, or was begun too long ago.
    #[error("the sign-in is finished already, or was begun too long ago")]
    SignInOver,
    /// The user cancelled the sign-in at the provider.
    #[error("the sign-in was cancelled")]
    SignInCancelled,
    /// The user asked to reset the password, which the provider does elsewhere.
    #[error("the password has to be reset first, at the provider")]
    PasswordForgotten,
    /// The provider's answer could not be accepted.
    #[error("the sign-in could not be verified")]
    SignInFailed,
    /// The provider does not answer.
    #[error("the identity provider does not answer")]
    ProviderUnavailable,
    /// The requester was merged, deactivated or deleted.
    #[error("the requester no longer exists in the service desk")]
    RequesterGone,
    /// Too many attempts from one client address.
    #[error("too many attempts")]
    TooManyAttempts,
}

impl Rejection for ActivationError {
    fn code(&self) -> &'static str {
        Self::code(*self)
    }
}

impl ActivationError {
    /// Whether a new link helps.
    pub const fn may_renew(self) -> bool {
        matches!(self, Self::Expired | Self::Superseded)
    }

    /// Whether signing in with another account helps.
    pub const fn may_switch(self) -> bool {
        matches!(self, Self::OtherAccountLinked) || self.is_of_another_sign_in()
    }

    /// Whether trying the same again helps.
    pub const fn may_retry(self) -> bool {
        matches!(
            self,
            Self::SignInOver
                | Self::SignInCancelled
                | Self::PasswordForgotten
                | Self::SignInFailed
                | Self::ProviderUnavailable
        )
    }

    /// Whether another sign-in has, or is about to have, the record.
    pub const fn is_of_another_sign_in(self) -> bool {
        matches!(self, Self::AlreadyActivatedByOther | Self::PendingByOther | Self::Used)
    }

    /// All variants.
    pub const ALL: [Self; 16] = [
        Self::UnknownLink,
        Self::Expired,
        Self::Used,
        Self::Superseded,
        Self::Revoked,
        Self::OtherAccountLinked,
        Self::AlreadyActivatedByOther,
        Self::PendingByOther,
        Self::OtherBrowser,
        Self::SignInOver,
        Self::SignInCancelled,
        Self::PasswordForgotten,
        Self::SignInFailed,
        Self::ProviderUnavailable,
        Self::RequesterGone,
        Self::TooManyAttempts,
    ];

    /// The code used in the database, the API and on pages.
    pub const fn code(self) -> &'static str {
        match self {
            Self::UnknownLink => "unknown_link",
            Self::Expired => "expired",
            Self::Used => "used",
            Self::Superseded => "superseded",
            Self::Revoked => "revoked",
            Self::OtherAccountLinked => "other_account_linked",
            Self::AlreadyActivatedByOther => "already_activated_by_other",
            Self::PendingByOther => "pending_by_other",
            Self::OtherBrowser => "other_browser",
            Self::SignInOver => "sign_in_over",
            Self::SignInCancelled => "sign_in_cancelled",
            Self::PasswordForgotten => "password_forgotten",
            Self::SignInFailed => "sign_in_failed",
            Self::ProviderUnavailable => "provider_unavailable",
            Self::RequesterGone => "requester_gone",
            Self::TooManyAttempts => "too_many_attempts",
        }
    }

    /// Reads the code back.
    pub fn parse(code: &str) -> Option<Self> {
        serde_json::from_value(serde_json::Value::String(code.to_owned())).ok()
    }
}

/// Outcome of a sign-in through an invitation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Admission {
    /// First sign-in: it claims the invitation.
    Claim,
    /// The same user again, while the activation is in progress.
    Resume,
    /// The same user again, after completion.
    Complete,
}

impl Invitation {
    /// The timeline event of its issue.
    pub(crate) fn event(&self) -> InvitationEvent {
        InvitationEvent::Invited {
            invitation_id: self.id,
            email: (&self.email).into(),
            issued_at: self.created_at,
            issued_by: self.created_by.clone(),
        }
    }

    /// The record that the activation links.
    pub fn record(&self) -> RecordKey {
        RecordKey::new(&self.system, self.kind, &self.external_id)
    }

    /// State at `now`. A claimed invitation does not expire: the customer has done their part.
    pub fn state(&self, now: Timestamp) -> InvitationState {
        if self.consumed_at.is_some() {
            InvitationState::Used
        } else if self.revoked.is_some() {
            InvitationState::Revoked
        } else if self.claim.is_some() {
            InvitationState::Claimed
        } else if now >= self.expires_at {
            InvitationState::Expired
        } else {
            InvitationState::Open
        }
    }

    /// Whether staff may revoke it. A marketplace's invitation is revoked with its account instead.
    pub fn may_withdraw(&self, now: Timestamp) -> bool {
        self.kind == Kind::Requester && self.state(now) == InvitationState::Open
    }

    /// Whether the page may offer sign-in. The claimant may return at any time to see the result.
    pub fn may_open(&self, now: Timestamp) -> Result<(), ActivationError> {
        match self.state(now) {
            InvitationState::Open | InvitationState::Claimed | InvitationState::Used => Ok(()),
            InvitationState::Expired => Err(ActivationError::Expired),
            InvitationState::Revoked => Err(self.revoked_as()),
        }
    }

    /// Outcome of a sign-in of `identity` (design §7.1): the first one wins, the same user gets the same result again,
    /// everyone else is rejected.
    pub fn admit(&self, identity: &IdentityKey, now: Timestamp) -> Result<Admission, ActivationError> {
        let mine = self.claim.as_ref().is_some_and(|claim| claim.identity == *identity);
        match self.state(now) {
            InvitationState::Open => Ok(Admission::Claim),
            InvitationState::Claimed if mine => Ok(Admission::Resume),
            InvitationState::Claimed => Err(ActivationError::PendingByOther),
            InvitationState::Used if mine => Ok(Admission::Complete),
            InvitationState::Used => Err(ActivationError::Used),
            InvitationState::Expired => Err(ActivationError::Expired),
            InvitationState::Revoked => Err(self.revoked_as()),
        }
    }

    fn revoked_as(&self) -> ActivationError {
        match self.revoked {
            Some((_, Revocation::Superseded)) => ActivationError::Superseded,
            Some((_, Revocation::RequesterGone)) => ActivationError::RequesterGone,
            _ => ActivationError::Revoked,
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;

    use super::*;

    const START: Timestamp = Timestamp::UNIX_EPOCH;

    fn invitation() -> Invitation {
        Invitation {
            id: InvitationId(uuid::Uuid::nil()),
            system: "freshservice".into(),
            kind: Kind::Requester,
            external_id: "777".into(),
            name: "Jane".into(),
            email: "jane@example.com".into(),
            token_hash: [0; 32],
            created_at: START,
            created_by: "api_key:test".into(),
            expires_at: START + SignedDuration::from_hours(24),
            opened_at: None,
            claim: None,
            consumed_at: None,
            revoked: None,
            ground: Entitlement::Token,
        }
    }

    fn who(subject: &str) -> IdentityKey {
        IdentityKey { issuer: "https://id.example".into(), subject: subject.into() }
    }

    fn claimed_by(subject: &str) -> Invitation {
        Invitation {
            claim: Some(Claim { identity: who(subject), shown_as: "j•••".into(), at: START }), ..invitation()
        }
    }

    #[test]
    fn a20_first_sign_in_claims_the_invitation_and_may_return() {
        assert_eq!(invitation().admit(&who("a"), START), Ok(Admission::Claim));
        let pending = claimed_by("a");
        assert_eq!(pending.admit(&who("a"), START), Ok(Admission::Resume));
        assert_eq!(pending.admit(&who("b"), START), Err(ActivationError::PendingByOther));
        let done = Invitation { consumed_at: Some(START), ..pending };
        assert_eq!(done.admit(&who("a"), START), Ok(Admission::Complete));
        assert_eq!(done.admit(&who("b"), START), Err(ActivationError::Used));
    }

    #[test]
    fn a20_the_same_subject_at_another_issuer_is_another_person() {
        let elsewhere = IdentityKey { issuer: "https://evil.example".into(), subject: "a".into() };
        assert_eq!(claimed_by("a").admit(&elsewhere, START), Err(ActivationError::PendingByOther));
    }

    #[test]
    fn a20_open_invitation_expires_but_a_claimed_one_does_not() {
        let late = START + SignedDuration::from_hours(24);
        assert_eq!(invitation().admit(&who("a"), late), Err(ActivationError::Expired));
        assert_eq!(invitation().may_open(late), Err(ActivationError::Expired));
        assert_eq!(claimed_by("a").admit(&who("a"), late), Ok(Admission::Resume));
    }

    #[test]
    fn a20_revoked_invitation_gives_the_reason() {
        let revoked = |why| Invitation { revoked: Some((START, why)), ..invitation() };
        assert_eq!(revoked(Revocation::Superseded).admit(&who("a"), START), Err(ActivationError::Superseded));
        assert_eq!(revoked(Revocation::RequesterGone).may_open(START), Err(ActivationError::RequesterGone));
        assert_eq!(revoked(Revocation::Withdrawn).may_open(START), Err(ActivationError::Revoked));
    }

    #[test]
    fn activation_error_codes_round_trip() {
        for refusal in ActivationError::ALL {
            assert_eq!(ActivationError::parse(refusal.code()), Some(refusal));
        }
        assert_eq!(ActivationError::parse("nonsense"), None);
    }
}
