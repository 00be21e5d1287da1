//! Licence types: what a person may use (`P05`).

use serde::{Deserialize, Serialize};

/// What a person may use. A person has one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum LicenceType {
    /// Everything, the designer too.
    Studio,
    /// Every portal and client, but not the designer.
    Named,
    /// The customer portal.
    Custportal,
    /// The technicians' portal.
    Techportal,
    /// The mobile client.
    Mobile,
    /// The warehouse portal.
    Whseportal,
    /// The dealers' portal.
    Dealportal,
    /// The repair portal.
    Reprportal,
    /// No portal at all; may send messages into the system.
    Message,
}

impl LicenceType {
    /// Every licence type.
    pub const ALL: [Self; 9] = [
        Self::Studio,
        Self::Named,
        Self::Custportal,
        Self::Techportal,
        Self::Mobile,
        Self::Whseportal,
        Self::Dealportal,
        Self::Reprportal,
        Self::Message,
    ];

    /// The name used in the configuration, the database, the API and on pages.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Studio => "STUDIO",
            Self::Named => "NAMED",
            Self::Custportal => "CUSTPORTAL",
            Self::Techportal => "TECHPORTAL",
            Self::Mobile => "MOBILE",
            Self::Whseportal => "WHSEPORTAL",
            Self::Dealportal => "DEALPORTAL",
            Self::Reprportal => "REPRPORTAL",
            Self::Message => "MESSAGE",
        }
    }

    /// Reads the name back.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|licence| licence.as_str() == text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn p05_every_licence_reads_back_what_it_prints() {
        for licence in LicenceType::ALL {
            assert_eq!(LicenceType::parse(licence.as_str()), Some(licence));
            assert_eq!(serde_json::to_value(licence).unwrap(), licence.as_str());
        }
        assert_eq!(LicenceType::parse("CUST_PORTAL"), None);
    }
}
