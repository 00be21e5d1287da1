//! One-time links: possession of a link allows setting the password of the person it was sent to.

use jiff::{SignedDuration, Timestamp};

use crate::kernel::ids::{OneTimeLinkId, PersonId};
use crate::kernel::rejection::Rejection;
use crate::persons::Person;

/// A link to set a password. Only the token's hash is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OneTimeLink {
    /// The link's id.
    pub id: OneTimeLinkId,
    /// The person whose password it sets.
    pub person: PersonId,
    /// The person's version when the link was sent. Any change of the person invalidates the link.
    pub person_version: i64,
    /// The known address it was sent to.
    pub email: String,
    /// SHA-256 of the token.
    pub token_hash: [u8; 32],
    /// Time of issue.
    pub created_at: Timestamp,
    /// Actor who requested it.
    pub created_by: String,
    /// Expiry.
    pub expires_at: Timestamp,
    /// Time of use.
    pub used_at: Option<Timestamp>,
    /// Time of revocation: a newer link was sent, or a password was set.
    pub revoked_at: Option<Timestamp>,
}

/// State of a one-time link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OneTimeLinkState {
    /// Usable.
    Open,
    /// Used.
    Used,
    /// Expired.
    Expired,
    /// Revoked, or the person changed or was deactivated.
    Dead,
}

/// Reason why a one-time link is rejected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OneTimeLinkError {
    /// No link has this token.
    #[error("this link is not known")]
    Unknown,
    /// The link was used.
    #[error("this link has already been used")]
    Used,
    /// The link has expired.
    #[error("this link has expired")]
    Expired,
    /// The link was revoked, or the person changed or was deactivated.
    #[error("this link no longer works")]
    Dead,
}

impl Rejection for OneTimeLinkError {
    fn code(&self) -> &'static str {
        "link_dead"
    }
}

impl OneTimeLink {
    /// Lifetime of a link requested by the person: long enough for mail delivery and reading.
    pub const OWN_LIFETIME: SignedDuration = SignedDuration::from_hours(1);
    /// Lifetime of a link sent by staff: long enough for a person who reads mail rarely.
    pub const SENT_LIFETIME: SignedDuration = SignedDuration::from_hours(72);

    /// State at `now`, given the person's current data.
    pub fn state(&self, person: &Person, now: Timestamp) -> OneTimeLinkState {
        if self.used_at.is_some() {
            OneTimeLinkState::Used
        } else if self.revoked_at.is_some() || person.version != self.person_version || person.inactive.is_some() {
            OneTimeLinkState::Dead
        } else if now >= self.expires_at {
            OneTimeLinkState::Expired
        } else {
            OneTimeLinkState::Open
        }
    }

    /// Checks that the link can be used at `now`.
    pub fn may_open(&self, person: &Person, now: Timestamp) -> Result<(), OneTimeLinkError> {
        match self.state(person, now) {
            OneTimeLinkState::Open => Ok(()),
            OneTimeLinkState::Used => Err(OneTimeLinkError::Used),
            OneTimeLinkState::Expired => Err(OneTimeLinkError::Expired),
            OneTimeLinkState::Dead => Err(OneTimeLinkError::Dead),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::ids::CustomerId;
    use crate::persons::Inactive;

    const START: Timestamp = Timestamp::UNIX_EPOCH;

    fn person() -> Person {
        Person::at_home(PersonId(uuid::Uuid::from_u128(1)), CustomerId(uuid::Uuid::from_u128(2)), "Ada", None, START)
    }

    fn link() -> OneTimeLink {
        OneTimeLink {
            id: OneTimeLinkId(uuid::Uuid::from_u128(3)),
            person: person().id,
            person_version: 1,
            email: "ada@example.com".into(),
            token_hash: [0; 32],
            created_at: START,
            created_by: "staff:jo".into(),
            expires_at: START + OneTimeLink::OWN_LIFETIME,
            used_at: None,
            revoked_at: None,
        }
    }

    #[test]
    fn p03_one_time_link_is_invalid_after_expiry_use_revocation_or_a_change_of_the_person() {
        let late = START + OneTimeLink::OWN_LIFETIME;
        assert_eq!(link().may_open(&person(), START), Ok(()));
        assert_eq!(link().may_open(&person(), late), Err(OneTimeLinkError::Expired));
        let used = OneTimeLink { used_at: Some(START), ..link() };
        assert_eq!(used.may_open(&person(), START), Err(OneTimeLinkError::Used));
        let newer = OneTimeLink { revoked_at: Some(START), ..link() };
        assert_eq!(newer.may_open(&person(), START), Err(OneTimeLinkError::Dead));
        let changed = Person { version: 2, ..person() };
        assert_eq!(link().may_open(&changed, START), Err(OneTimeLinkError::Dead));
        let inactive = Person { inactive: Some(Inactive { since: START, why: "staff".into() }), ..person() };
        assert_eq!(link().may_open(&inactive, START), Err(OneTimeLinkError::Dead));
    }
}
