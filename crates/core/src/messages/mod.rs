//! Messages of persons with a MESSAGE licence (`P05`, `P17`): typed, stored before they are acknowledged, and carried
//! out by a job with the person's rights and places.

pub mod change;
pub mod content;
mod credential;
mod error;
pub mod event;
pub mod jobs;
mod reading;

use jiff::Timestamp;

pub use content::{Content, MessageType};
pub use credential::{MAX_CREDENTIALS, MessageCredential, Sender, issue, revoke};
pub use error::{CredentialsError, MessageError};
pub use reading::{DeviceReading, MAX_MEASURE_LENGTH, MAX_UNIT_LENGTH, ReadingError};

use crate::access::PersonFacts;
use crate::access::licence::LicenceType;
use crate::kernel::ids::{MessageCredentialId, MessageId, PersonId};

/// Maximum length of a message's id.
pub const MAX_ID_LENGTH: usize = 64;
/// Maximum size of a message's body, in bytes.
pub const MAX_BODY: usize = 32 * 1024;

/// A message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// The hub's own id.
    pub id: MessageId,
    /// The person who sent it.
    pub person: PersonId,
    /// The id chosen by the sender, unique for the person.
    pub external_id: String,
    /// The credential that it came with.
    pub credential: MessageCredentialId,
    /// The type, as sent.
    pub kind: String,
    /// The content, as JSON.
    pub body: String,
    /// Digest of type and content. Distinguishes a repeated message from another one with the same id.
    pub digest: [u8; 32],
    /// Time of receipt.
    pub received_at: Timestamp,
    /// The outcome; `None` until it is carried out.
    pub outcome: Option<(Timestamp, Outcome)>,
}

/// Outcome of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It was carried out.
    CarriedOut(Reference),
    /// It was rejected.
    Rejected {
        /// Code, for programs.
        code: String,
        /// The reason, for people.
        reason: String,
    },
}

/// What a message made or changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    /// Kind of object.
    pub kind: Referred,
    /// Its id.
    pub id: String,
}

/// Kinds of objects that messages make or change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Referred {
    /// A service request.
    ServiceRequest,
    /// A return.
    Return,
    /// A device.
    Device,
}

impl Referred {
    /// The name used in the database and the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ServiceRequest => "service_request",
            Self::Return => "return",
            Self::Device => "device",
        }
    }

    /// Reads the name back.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::ServiceRequest, Self::Return, Self::Device].into_iter().find(|kind| kind.as_str() == text)
    }
}

/// Checks the id of a message.
pub fn check_id(id: &str) -> Result<(), MessageError> {
    let shaped = id.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b));
    if (1..=MAX_ID_LENGTH).contains(&id.len()) && shaped { Ok(()) } else { Err(MessageError::Id) }
}

/// Checks that a person may send messages now. Opening a portal needs another licence, so nobody can do both.
pub fn may_send(facts: &PersonFacts) -> Result<(), MessageError> {
    if facts.inactive.is_some() {
        return Err(MessageError::Inactive);
    }
    match &facts.licence {
        crate::access::LicenceFact::Known(LicenceType::Message) => Ok(()),
        _ => Err(MessageError::Licence),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::LicenceFact;
    use crate::persons::Inactive;

    #[test]
    fn p17_only_an_active_person_with_a_message_licence_may_send() {
        let facts = |licence| PersonFacts {
            person_id: "bot".to_owned(),
            inactive: None,
            licence,
            mobile_user: false,
            default_place: None,
            places: 0,
            has_password: false,
            identities: 0,
        };
        for licence in LicenceType::ALL {
            let may = may_send(&facts(LicenceFact::Known(licence)));
            assert_eq!(may.is_ok(), licence == LicenceType::Message, "{licence:?}");
        }
        assert_eq!(may_send(&facts(LicenceFact::None)), Err(MessageError::Licence));
        let inactive = Some(Inactive { since: Timestamp::UNIX_EPOCH, why: "staff".to_owned() });
        let gone = PersonFacts { inactive, ..facts(LicenceFact::Known(LicenceType::Message)) };
        assert_eq!(may_send(&gone), Err(MessageError::Inactive));
    }

    #[test]
    fn p17_a_messages_id_is_short_and_plain() {
        for id in ["1", "2026-11-29.17", "A_b-c", &"x".repeat(64)] {
            assert_eq!(check_id(id), Ok(()), "{id}");
        }
        for id in ["", " ", "a b", "a/b", "ä", &"x".repeat(65)] {
            assert_eq!(check_id(id), Err(MessageError::Id), "{id}");
        }
    }
}
