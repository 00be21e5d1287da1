//! Changes of access.

use tessera_core::access::change::AccessChange;

use super::Describe;

impl Describe for AccessChange {
    fn describe(&self) -> String {
        match self {
            Self::NoteRefusedLicence { person_key, code, .. } => format!("{person_key} was refused licence {code}"),
            Self::ForgetRefusedLicence { person_key } => format!("the refused licence of {person_key} is forgotten"),
            Self::FreeSeat { licence, number, .. } => format!("free seat {number} of {}", licence.as_str()),
        }
    }
}
