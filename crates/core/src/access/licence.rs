//! Licence types (`P05`).

use serde::{Deserialize, Serialize};

use super::Portal;

/// The licence type of a person, which decides the portals they can use. A person has one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum LicenceType {
    /// Everything, including the designer.
    Studio,
    /// Every portal and client except the designer.
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
    /// No portal; may only send messages into the system.
    Message,
}

impl LicenceType {
    /// Whether the licence includes access to a portal. This is all of `P05` and `P06`; `P07` and `P08` add conditions
    /// on the person.
    pub const fn opens(self, portal: Portal) -> bool {
        match self {
            Self::Studio => true,
            Self::Named => !matches!(portal, Portal::Studio),
            Self::Custportal => matches!(portal, Portal::Customer),
            Self::Techportal => matches!(portal, Portal::Tech),
            Self::Mobile => matches!(portal, Portal::Mobile),
            Self::Whseportal => matches!(portal, Portal::Warehouse),
            Self::Dealportal => matches!(portal, Portal::Dealer),
            Self::Reprportal => matches!(portal, Portal::Repair),
            Self::Message => false,
        }
    }

    /// All licence types.
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

    /// The licence type most similar to a text, by edit distance.
    pub fn nearest(typed: &str) -> Self {
        let typed: Vec<char> = typed.to_uppercase().chars().filter(char::is_ascii_alphanumeric).take(64).collect();
        let begins = |licence: &Self| {
            typed.len() > 2 && typed.iter().copied().zip(licence.as_str().chars()).all(|(a, b)| a == b)
        };
        let distance = |licence: &Self| (!begins(licence), edits(&typed, licence.as_str()));
        Self::ALL.into_iter().min_by_key(distance).unwrap_or(Self::Custportal)
    }

    /// Reads the name back.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|licence| licence.as_str() == text)
    }
}

/// Levenshtein distance.
fn edits(typed: &[char], name: &str) -> usize {
    let mut row: Vec<usize> = (0..=typed.len()).collect();
    for (at, letter) in name.chars().enumerate() {
        let mut corner = row[0];
        row[0] = at + 1;
        for (column, other) in typed.iter().enumerate() {
            let replaced = corner + usize::from(letter != *other);
            corner = row[column + 1];
            row[column + 1] = replaced.min(corner + 1).min(row[column] + 1);
        }
    }
    row[typed.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn p13_nearest_licence_type_corrects_typing_errors() {
        let meant = [
            ("CUST_PORTAL", LicenceType::Custportal),
            ("customer portal", LicenceType::Custportal),
            ("TECH", LicenceType::Techportal),
            ("named_user", LicenceType::Named),
            ("WHSE-PORTAL", LicenceType::Whseportal),
            ("studio", LicenceType::Studio),
        ];
        for (typed, licence) in meant {
            assert_eq!(LicenceType::nearest(typed), licence, "{typed}");
        }
    }

    #[test]
    fn p05_licence_types_round_trip_through_their_names() {
        for licence in LicenceType::ALL {
            assert_eq!(LicenceType::parse(licence.as_str()), Some(licence));
            assert_eq!(serde_json::to_value(licence).unwrap(), licence.as_str());
        }
        assert_eq!(LicenceType::parse("CUST_PORTAL"), None);
    }
}
