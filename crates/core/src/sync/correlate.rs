//! Correlation: finds the customer of a record. The answer is none, one, or many; never a guess (`H03`).

use sha2::{Digest, Sha256};

use crate::kernel::normalise;
use crate::kernel::record::Observation;

/// Result of a correlation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Match<T> {
    /// No match.
    None,
    /// Exactly one match.
    One(T),
    /// Several matches: a person decides.
    Many(Vec<T>),
}

impl<T> Match<T> {
    fn from_all(mut all: Vec<T>) -> Self {
        match all.len() {
            0 => Self::None,
            1 => all.pop().map_or(Self::None, Self::One),
            _ => Self::Many(all),
        }
    }
}

/// Finds the contacts of the same customer as a requester: those whose **primary** e-mail address equals the
/// requester's (`A04`).
///
/// The candidates come from a search that may return too many; this function is the rule. Duplicate contacts count
/// once.
pub fn contacts<'a>(requester_email: &str, candidates: &'a [Observation]) -> Match<&'a Observation> {
    let Some(wanted) = normalise::email(requester_email) else { return Match::None };
    let mut fitting: Vec<&Observation> = Vec::new();
    for candidate in candidates {
        let primary = candidate.attributes.primary_email().and_then(normalise::email);
        if primary.as_ref() == Some(&wanted) && !fitting.iter().any(|seen| seen.key == candidate.key) {
            fitting.push(candidate);
        }
    }
    Match::from_all(fitting)
}

/// Number of slots: enough that changes of different customers rarely collide.
const SLOTS: u64 = 4096;

/// A row of the database that serialises correlation by a name. When two transactions correlate by the same name at
/// once, one of them retries, and finds the other's result. Names may share a slot by chance, which costs a retry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Slot(pub i64);

impl Slot {
    /// The slot of a name, which is the same in every process.
    pub fn of(name: &str) -> Self {
        let digest = Sha256::digest(name);
        let number = digest.iter().take(8).fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
        Self(i64::try_from(number % SLOTS).unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::kernel::record::{Attributes, Contact, Kind, RecordKey};

    fn contact(id: &str, primary: &str, other: &[&str]) -> Observation {
        Observation {
            key: RecordKey::new("freshsales", Kind::Contact, id),
            attributes: Attributes::Contact(Contact {
                primary_email: Some(primary.into()),
                other_emails: other.iter().map(ToString::to_string).collect(),
                ..Contact::default()
            }),
            raw: serde_json::Value::Null,
            updated_at: None,
            read_at: Timestamp::UNIX_EPOCH,
        }
    }

    #[test]
    fn a04_the_primary_address_decides_whatever_its_case() {
        let candidates = [contact("1", "JANE@example.com", &[]), contact("2", "x@example.com", &["jane@example.com"])];
        assert_eq!(contacts("jane@example.com", &candidates), Match::One(&candidates[0]));
    }

    #[test]
    fn a04_no_match_and_several_matches_are_distinguished() {
        let twice = [contact("1", "jane@example.com", &[]), contact("1", "jane@example.com", &[])];
        assert_eq!(contacts("jane@example.com", &twice), Match::One(&twice[0]));
        let two = [contact("1", "jane@example.com", &[]), contact("2", "Jane@Example.com", &[])];
        assert_eq!(contacts("jane@example.com", &two), Match::Many(vec![&two[0], &two[1]]));
        assert_eq!(contacts("jo@example.com", &two), Match::None);
        assert_eq!(contacts("not an address", &two), Match::None);
    }
}
