//! Addresses of objects in the pages of their outside system, for links of staff pages.

use std::fmt::Write as _;

use serde::{Deserialize, Serialize};
use url::Url;

use super::{Kind, RecordKey};

/// What stands for the object's id.
const ID: &str = "{id}";

/// The address of an object in the pages of its system, with `{id}` in place of its id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String")]
pub struct AddressPattern(String);

/// Validation error of an [`AddressPattern`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AddressPatternError {
    /// Without an id, every object would have the same address.
    #[error("the address {0:?} has no {{id}}, which stands for the object's id")]
    NoId(String),
    /// Only web pages are linked.
    #[error("the address {0:?} must begin with https:// or http://, with a host, and without user or password")]
    NotWeb(String),
    /// An id is never part of the host.
    #[error("in the address {0:?}, {{id}} must stand after the host")]
    IdInHost(String),
}

impl TryFrom<String> for AddressPattern {
    type Error = AddressPatternError;

    fn try_from(text: String) -> Result<Self, AddressPatternError> {
        if !text.contains(ID) {
            return Err(AddressPatternError::NoId(text));
        }
        let Some((_, rest)) = text.split_once("://") else { return Err(AddressPatternError::NotWeb(text)) };
        match rest.split(['/', '?', '#']).next().unwrap_or_default() {
            // The parser would take the first part of the path for the host.
            "" => return Err(AddressPatternError::NotWeb(text)),
            host if host.contains(ID) => return Err(AddressPatternError::IdInHost(text)),
            _ => {}
        }
        let url = text.replace(ID, "1").parse::<Url>().ok();
        let is_web = url.is_some_and(|url| {
            matches!(url.scheme(), "http" | "https")
                && url.has_host()
                && url.username().is_empty()
                && url.password().is_none()
        });
        if is_web { Ok(Self(text)) } else { Err(AddressPatternError::NotWeb(text)) }
    }
}

impl AddressPattern {
    /// The address of the object with this id.
    pub fn of(&self, id: &str) -> String {
        let mut encoded = String::new();
        for byte in id.bytes() {
            if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
                encoded.push(char::from(byte));
            } else {
                // Writing to a string cannot fail.
                let _ = write!(encoded, "%{byte:02X}");
            }
        }
        self.0.replace(ID, &encoded)
    }
}

/// Address patterns of the objects in service desk and CRM. Without one, objects of that kind have no link.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RecordAddresses {
    /// Of a ticket, by its number.
    pub ticket: Option<AddressPattern>,
    /// Of a requester.
    pub requester: Option<AddressPattern>,
    /// Of an asset, by its display id.
    pub asset: Option<AddressPattern>,
    /// Of a contact.
    pub contact: Option<AddressPattern>,
    /// Of a deal.
    pub deal: Option<AddressPattern>,
}

impl RecordAddresses {
    /// The address of a record.
    pub fn record(&self, key: &RecordKey) -> Option<String> {
        let pattern = match key.kind {
            Kind::Requester => &self.requester,
            Kind::Contact => &self.contact,
            Kind::Asset => &self.asset,
            Kind::User | Kind::Account => &None,
        };
        Some(pattern.as_ref()?.of(&key.external_id))
    }

    /// The address of a ticket.
    pub fn ticket(&self, id: &str) -> Option<String> {
        Some(self.ticket.as_ref()?.of(id))
    }

    /// The address of a deal.
    pub fn deal(&self, id: &str) -> Option<String> {
        Some(self.deal.as_ref()?.of(id))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pattern(text: &str) -> Result<AddressPattern, AddressPatternError> {
        AddressPattern::try_from(text.to_owned())
    }

    #[test]
    fn a02_the_address_of_an_object_carries_its_id_encoded() {
        let ticket = pattern("https://desk.example.com/a/tickets/{id}?view={id}").unwrap();
        assert_eq!(ticket.of("42"), "https://desk.example.com/a/tickets/42?view=42");
        assert_eq!(
            ticket.of("a/../b\"><é"),
            "https://desk.example.com/a/tickets/a%2F..%2Fb%22%3E%3C%C3%A9?view=a%2F..%2Fb%22%3E%3C%C3%A9"
        );
    }

    #[test]
    fn a02_only_addresses_of_web_pages_with_an_id_are_accepted() {
        let no_id = "https://desk.example.com/a/tickets/";
        assert_eq!(pattern(no_id), Err(AddressPatternError::NoId(no_id.to_owned())));
        for text in [
            "javascript:alert({id})",
            "javascript://example.com/%0Aalert({id})",
            "ftp://desk.example.com/{id}",
            "/a/tickets/{id}",
            "https:///{id}",
            "https://agent:secret@desk.example.com/{id}",
        ] {
            assert!(pattern(text).is_err(), "{text}");
        }
        assert!(matches!(pattern("https://{id}.example.com/"), Err(AddressPatternError::IdInHost(_))));
    }

    #[test]
    fn a02_kinds_without_a_pattern_have_no_address() {
        let addresses =
            RecordAddresses { contact: pattern("https://crm.example.com/c/{id}").ok(), ..Default::default() };
        let key = |kind| RecordKey::new("crm", kind, "7");
        assert_eq!(addresses.record(&key(Kind::Contact)).as_deref(), Some("https://crm.example.com/c/7"));
        assert_eq!(addresses.record(&key(Kind::Requester)), None);
        assert_eq!(addresses.ticket("1"), None);
    }
}
