//! One-time links: who holds one may set the password of the person it was sent to.

use jiff::{SignedDuration, Timestamp};

use crate::kernel::ids::{OneTimeLinkId, PersonId};
use crate::kernel::rejection::Rejection;
use crate::persons::Person;

/// A link to set a password, of which only the token's hash is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OneTimeLink {
    /// Its id.
    pub id: OneTimeLinkId,
    /// Whose password it sets.
    pub person: PersonId,
    /// The person as they were when it was sent: whoever changes meanwhile has to ask again.
    pub person_version: i64,
    /// The known address it was sent to.
    pub email: String,
    /// SHA-256 of the token.
    pub token_hash: [u8; 32],
    /// When it was issued.
    pub created_at: Timestamp,
    /// Who asked for it.
    pub created_by: String,
    /// Until when it may be used.
    pub expires_at: Timestamp,
    /// When it was used.
    pub used_at: Option<Timestamp>,
    /// When a newer one took its place, or the person asked for none.
    pub revoked_at: Option<Timestamp>,
}

/// Where a one-time link stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OneTimeLinkState {
    /// It may be used.
    Open,
    /// It was used.
    Used,
    /// Its time ran out.
    Expired,
    /// A newer one was sent, or the person changed or became inactive.
    Dead,
}

/// Why a one-time link opens nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OneTimeLinkError {
    /// Nobody knows it.
    #[error("nobody knows this link")]
    Unknown,
    /// It was used.
    #[error("this link was used already")]
    Used,
    /// Its time ran out.
    #[error("this link has expired")]
    Expired,
    /// A newer one was sent, or the person changed or became inactive.
    #[error("this link works no longer")]
    Dead,
}

impl Rejection for OneTimeLinkError {
    fn code(&self) -> &'static str {
        "link_dead"
    }
}

impl OneTimeLink {
    /// How long a link works that the person asked for: as long as a mail takes, and somebody who looks for it.
    pub const OWN_LIFETIME: SignedDuration = SignedDuration::from_hours(1);
    /// How long a link works that staff sent: until somebody reads their mail.
    pub const SENT_LIFETIME: SignedDuration = SignedDuration::from_hours(72);

    /// Where it stands at `now`, when the person is as told.
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

    /// Whether the page may be shown, and the password set.
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
    fn p03_a_link_dies_with_time_use_a_newer_one_and_every_change_of_the_person() {
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
