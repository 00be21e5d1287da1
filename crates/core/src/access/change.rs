//! Changes of licence seats, and of licences that were refused.

use jiff::Timestamp;

use crate::access::licence::LicenceType;
use crate::kernel::plan::FeatureChange;

/// A change of who may use what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AccessChange {
    /// Note that somebody was refused a licence type that does not exist, so that it can be said when they ask why (`P13`).
    NoteRefusedLicence {
        /// The person id, as it is compared.
        person_key: String,
        /// What was typed.
        code: String,
        /// When.
        at: Timestamp,
    },
    /// The person was given what exists.
    ForgetRefusedLicence {
        /// The person id, as it is compared.
        person_key: String,
    },
    /// Free a seat of a licence (`P12`).
    FreeSeat {
        /// The licence.
        licence: LicenceType,
        /// Which of its seats.
        number: i64,
    },
}

impl FeatureChange for AccessChange {}
