//! Changes of licence seats and rejected licences.

use jiff::Timestamp;

use crate::access::licence::LicenceType;
use crate::kernel::ids::PersonId;
use crate::kernel::plan::FeatureChange;

/// A change of licences and seats.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AccessChange {
    /// Note that a person was to be created with an unknown licence type, so that an access explanation can mention it
    /// (`P13`).
    NoteRefusedLicence {
        /// Normalised person id.
        person_key: String,
        /// Licence code as entered.
        code: String,
        /// Time of the attempt.
        at: Timestamp,
    },
    /// Forget the rejected licence, because the person now has a valid one.
    ForgetRefusedLicence {
        /// Normalised person id.
        person_key: String,
    },
    /// Free a seat of a licence (`P12`), which this person must still have.
    FreeSeat {
        /// The licence.
        licence: LicenceType,
        /// Seat number.
        number: i64,
        /// The person who has it.
        person: PersonId,
    },
}

impl FeatureChange for AccessChange {}
