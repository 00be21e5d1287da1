//! Invitations: who may activate which requester, once, until when (`A11`, `A20`).

pub mod change;
mod error;
mod invitee;
mod issue;
pub mod jobs;
pub mod link_form;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::kernel::customer::IdentityKey;
use crate::kernel::ids::{InvitationId, ReviewId};
use crate::kernel::record::{Kind, RecordKey};
use crate::kernel::rejection::Rejection;
use crate::kernel::timeline::Event;

pub use error::InvitationError;
pub use invitee::address_of;
pub use issue::{issue, noted};

/// An invitation, which names the requester and carries a token of which only the hash is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invitation {
    /// Its id.
    pub id: InvitationId,
    /// The configured name of the service desk, or of the marketplace.
    pub system: String,
    /// Which kind of record whoever activates will have: a requester, or a marketplace's account (`M13`).
    pub kind: Kind,
    /// The id of that record: the requester's, or the account's.
    pub external_id: String,
    /// The requester's name at issue, for the greeting.
    pub name: String,
    /// The requester's primary address at issue, as entered. The mail goes there and nowhere else.
    pub email: String,
    /// SHA-256 of the token.
    pub token_hash: [u8; 32],
    /// When it was issued.
    pub created_at: Timestamp,
    /// Who asked for it.
    pub created_by: String,
    /// Until when it may be used.
    pub expires_at: Timestamp,
    /// When it was first looked at. Mail scanners look too, so this proves nothing and uses up nothing.
    pub opened_at: Option<Timestamp>,
    /// Who signed in through it first, and when. Nobody else can after that.
    pub claim: Option<Claim>,
    /// When the activation was complete.
    pub consumed_at: Option<Timestamp>,
    /// When and why it was taken back.
    pub revoked: Option<(Timestamp, Revocation)>,
    /// What entitles whoever signs in through it.
    pub ground: Entitlement,
}

/// What entitles somebody to activate. Without a token there is no link: such an invitation is claimed when it is made.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "by", rename_all = "snake_case")]
pub enum Entitlement {
    /// They hold the token that was sent to the requester's address.
    #[default]
    Token,
    /// They came with the requester's number, and their verified address is one of the requester's (`A20`, compatibility mode).
    VerifiedEmail,
    /// They came with the requester's number, and a person decided that it is theirs.
    Decision {
        /// The question that was answered.
        review_id: ReviewId,
        /// By whom.
        decided_by: String,
        /// What whoever decided added to it.
        note: Option<String>,
    },
}

/// The sign-in that came first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// Who.
    pub identity: IdentityKey,
    /// How they are shown to somebody else: masked.
    pub shown_as: String,
    /// When.
    pub at: Timestamp,
}

/// Why an invitation was taken back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Revocation {
    /// A newer one was issued for the same requester.
    Superseded,
    /// Staff took it back.
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

/// Where an invitation stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum InvitationState {
    /// Waiting for the customer.
    Open,
    /// Somebody signed in; the activation is under way.
    Claimed,
    /// The account is activated.
    Used,
    /// Its time ran out.
    Expired,
    /// It was taken back.
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

/// Why somebody could not activate. Each has a page that says what happened and what to do next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum ActivationError {
    /// No invitation has this token.
    #[error("no invitation has this link")]
    UnknownLink,
    /// Its time ran out.
    #[error("the invitation has expired")]
    Expired,
    /// It was used already.
    #[error("the invitation was used already")]
    Used,
    /// A newer one was sent.
    #[error("a newer invitation was sent")]
    Superseded,
    /// It was taken back.
    #[error("the invitation was taken back")]
    Revoked,
    /// This sign-in belongs to another customer record already.
    #[error("this sign-in belongs to another customer record already")]
    OtherAccountLinked,
    /// The record is activated already, with another sign-in.
    #[error("the record is activated already, with another sign-in")]
    AlreadyActivatedByOther,
    /// Somebody else is activating through this link right now.
    #[error("somebody else is activating through this link right now")]
    PendingByOther,
    /// The sign-in was begun in another browser.
    #[error("the sign-in was begun in another browser, or too long ago")]
    OtherBrowser,
    /// Whoever signed in turned back at the provider.
    #[error("the sign-in was cancelled")]
    SignInCancelled,
    /// The provider's answer could not be accepted.
    #[error("the sign-in could not be verified")]
    SignInFailed,
    /// The provider does not answer.
    #[error("the identity provider does not answer")]
    ProviderUnavailable,
    /// The requester was merged, deactivated or deleted.
    #[error("the requester no longer exists in the service desk")]
    RequesterGone,
    /// Too many tries from one place.
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
        matches!(self, Self::SignInCancelled | Self::SignInFailed | Self::ProviderUnavailable)
    }

    /// Whether another sign-in has the record, or is about to have it.
    pub const fn is_of_another_sign_in(self) -> bool {
        matches!(self, Self::AlreadyActivatedByOther | Self::PendingByOther | Self::Used)
    }

    /// Every refusal.
    pub const ALL: [Self; 14] = [
        Self::UnknownLink,
        Self::Expired,
        Self::Used,
        Self::Superseded,
        Self::Revoked,
        Self::OtherAccountLinked,
        Self::AlreadyActivatedByOther,
        Self::PendingByOther,
        Self::OtherBrowser,
        Self::SignInCancelled,
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
            Self::SignInCancelled => "sign_in_cancelled",
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

/// What a sign-in through an invitation leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Admission {
    /// First come: claim it.
    Claim,
    /// The same person again, while the activation is under way.
    Resume,
    /// The same person again, after it was completed.
    Complete,
}

impl Invitation {
    /// That it was issued, as a timeline keeps it.
    pub(crate) fn event(&self) -> Event {
        Event::Invited {
            invitation_id: self.id,
            email: (&self.email).into(),
            issued_at: self.created_at,
            issued_by: self.created_by.clone(),
        }
    }

    /// The record that whoever activates will have.
    pub fn record(&self) -> RecordKey {
        RecordKey::new(&self.system, self.kind, &self.external_id)
    }

    /// Where it stands at `now`. A claim keeps it from expiring: the person has done their part.
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

    /// Whether staff may take it back. A marketplace's link goes with its account.
    pub fn may_withdraw(&self, now: Timestamp) -> bool {
        self.kind == Kind::Requester && self.state(now) == InvitationState::Open
    }

    /// Whether the page may offer to sign in: anybody may still come back to see how it went.
    pub fn may_open(&self, now: Timestamp) -> Result<(), ActivationError> {
        match self.state(now) {
            InvitationState::Open | InvitationState::Claimed | InvitationState::Used => Ok(()),
            InvitationState::Expired => Err(ActivationError::Expired),
            InvitationState::Revoked => Err(self.revoked_as()),
        }
    }

    /// What happens when `identity` signs in through it (design §7.1): one wins, the same person sees the same result again, everybody
    /// else is refused.
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
    fn a20_first_come_wins_and_comes_back_freely() {
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
    fn a20_time_runs_out_for_the_open_not_for_the_claimed() {
        let late = START + SignedDuration::from_hours(24);
        assert_eq!(invitation().admit(&who("a"), late), Err(ActivationError::Expired));
        assert_eq!(invitation().may_open(late), Err(ActivationError::Expired));
        assert_eq!(claimed_by("a").admit(&who("a"), late), Ok(Admission::Resume));
    }

    #[test]
    fn a20_a_revoked_one_says_why() {
        let revoked = |why| Invitation { revoked: Some((START, why)), ..invitation() };
        assert_eq!(revoked(Revocation::Superseded).admit(&who("a"), START), Err(ActivationError::Superseded));
        assert_eq!(revoked(Revocation::RequesterGone).may_open(START), Err(ActivationError::RequesterGone));
        assert_eq!(revoked(Revocation::Withdrawn).may_open(START), Err(ActivationError::Revoked));
    }

    #[test]
    fn refusal_codes_read_back() {
        for refusal in ActivationError::ALL {
            assert_eq!(ActivationError::parse(refusal.code()), Some(refusal));
        }
        assert_eq!(ActivationError::parse("nonsense"), None);
    }
}
