//! Persons: people who sign in (`P02`). What they may use follows from their licence (`P05`), what they see from their places (`P08`).
//!
//! A person is made inactive, never deleted, so that what they did stays theirs (`P04`).

pub mod change;
pub mod contact;
pub mod jobs;
pub mod place;
mod plans;
pub mod profile;
pub mod registration;
mod registration_error;

use jiff::Timestamp;
use uuid::Uuid;

use crate::access::licence::LicenceType;
use crate::kernel::ids::{ContactId, CustomerId, PersonId, PlaceId};

pub use plans::{PersonDifference, PersonDraft, PersonError, change, create};

/// Somebody who signs in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// The hub's own id.
    pub id: PersonId,
    /// What they sign in with (`P03`): the person id. Two that differ in case only are the same.
    pub person_id: String,
    /// For whom they sign in; [`CustomerId::OPERATOR`] for the operating company's own people.
    pub customer_id: CustomerId,
    /// The name.
    pub name: String,
    /// The known address: notices and one-time links go there.
    pub email: Option<String>,
    /// Whether they chose that address themselves: then no other system corrects it.
    pub email_chosen: bool,
    /// What they may use (`P05`); none: nothing at all (`P11`).
    pub licence: Option<LicenceType>,
    /// Whether the mobile client is for them too (`P07`).
    pub mobile_user: bool,
    /// Where they are when they do not say otherwise; one of the places (`P08`).
    pub default_place: Option<PlaceId>,
    /// The places whose data they see (`P08`).
    pub places: Vec<PlaceId>,
    /// What they may do beyond their licence (`P10`), in capitals.
    pub role_functions: Vec<String>,
    /// The contact they are (`P02`).
    pub contact_id: Option<ContactId>,
    /// Since when and why they are inactive (`P04`); none: active.
    pub inactive: Option<Inactive>,
    /// Counts changes.
    pub version: i64,
    /// Since when.
    pub created_at: Timestamp,
}

/// Why somebody does not sign in any more, or not yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inactive {
    /// Since when.
    pub since: Timestamp,
    /// Why, as a code: `staff`, `account_deleted`, `awaiting_approval`…
    pub why: String,
}

/// Why somebody is inactive whose marketplace closed the account (`M15`).
pub const ACCOUNT_DELETED: &str = "account_deleted";

impl Person {
    /// The e-mail address for notifications; none for an inactive person.
    pub fn reachable_at(&self) -> Option<&str> {
        self.email.as_deref().filter(|_| self.inactive.is_none())
    }

    /// A person of a customer, with the customer's home place, active.
    pub fn at_home(
        id: PersonId,
        customer: CustomerId,
        name: &str,
        licence: Option<LicenceType>,
        now: Timestamp,
    ) -> Self {
        let home = PlaceId::home_of(customer);
        Self {
            id,
            person_id: short_id(id.0),
            customer_id: customer,
            name: name.to_owned(),
            email: None,
            email_chosen: false,
            licence,
            mobile_user: false,
            default_place: Some(home),
            places: vec![home],
            role_functions: Vec::new(),
            contact_id: None,
            inactive: None,
            version: 1,
            created_at: now,
        }
    }
}

/// How a person id is compared: without case, and without blanks around it.
pub fn key(person_id: &str) -> String {
    person_id.trim().to_lowercase()
}

/// A person id for somebody who was given none: short enough to be read out on the telephone, `P-7K3F-9QX2`.
///
/// Made of the last forty bits of a `UUIDv7`, which are random; should two be equal, the plan is refused and made again.
pub fn short_id(id: Uuid) -> String {
    /// Crockford's base 32: no letter that looks like a figure.
    const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    let letter =
        |place: u32| char::from(LETTERS[usize::try_from(id.as_u128() >> (place * 5) & 31).unwrap_or_default()]);
    let half = |from: u32| (from..from + 4).rev().map(letter).collect::<String>();
    format!("P-{}-{}", half(4), half(0))
}
