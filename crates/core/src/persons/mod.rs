//! Persons: people who sign in (`P02`). Their licence decides what they can use (`P05`), their places what they can see
//! (`P08`).
//!
//! A person is deactivated, never deleted, so that their history remains attributed to them (`P04`). Of an erased person
//! a shell stays, without anything personal (`H10`).

pub mod change;
pub mod contact;
pub mod erasure;
pub mod event;
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
use crate::kernel::short_id;
use crate::kernel::unicode::{as_seen, is_dash, plain_digits};

pub use plans::{PersonDifference, PersonDraft, PersonError, change, create};

/// A person who signs in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// The hub's own id.
    pub id: PersonId,
    /// Person id, used to sign in (`P03`). It is case-insensitive.
    pub person_id: String,
    /// The person's customer; [`CustomerId::OPERATOR`] for the operating company's own people.
    pub customer_id: CustomerId,
    /// The name.
    pub name: String,
    /// The known address, which receives notices and one-time links.
    pub email: Option<String>,
    /// Whether the person chose the address. Other systems then do not correct it.
    pub email_chosen: bool,
    /// Licence (`P05`); `None` for no access (`P11`).
    pub licence: Option<LicenceType>,
    /// Whether the person may use the mobile client (`P07`).
    pub mobile_user: bool,
    /// Default place, one of `places` (`P08`).
    pub default_place: Option<PlaceId>,
    /// Places whose data the person can see (`P08`).
    pub places: Vec<PlaceId>,
    /// Role functions beyond the licence (`P10`), in upper case.
    pub role_functions: Vec<String>,
    /// The contact that describes the person (`P02`).
    pub contact_id: Option<ContactId>,
    /// Time and reason of deactivation (`P04`); `None` if active.
    pub inactive: Option<Inactive>,
    /// Version for optimistic locking.
    pub version: i64,
    /// Time of creation.
    pub created_at: Timestamp,
}

/// Details of a person's deactivation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inactive {
    /// Time of deactivation.
    pub since: Timestamp,
    /// Reason code: `staff`, `account_deleted`, `awaiting_approval`…
    pub why: String,
}

/// Maximum length of a person id.
pub const MAX_PERSON_ID_LENGTH: usize = 64;
/// Maximum length of the name of a role function.
pub const MAX_ROLE_FUNCTION_LENGTH: usize = 64;

/// Reason code: the marketplace deleted the account (`M15`).
pub const ACCOUNT_DELETED: &str = "account_deleted";

impl Person {
    /// The e-mail address for notifications; `None` for an inactive person.
    pub fn reachable_at(&self) -> Option<&str> {
        self.email.as_deref().filter(|_| self.inactive.is_none())
    }

    /// Whether the person was erased: only a shell without personal data is left.
    pub fn is_erased(&self) -> bool {
        self.inactive.as_ref().is_some_and(|inactive| inactive.why == erasure::ERASED)
    }

    /// A new active person of a customer, at its home place.
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

/// Normalised form of a person id: as people see it, in lower case, with plain digits, with hyphens for dashes and without
/// blanks. Person ids consist of ASCII letters, digits, `.`, `-` and `_`.
pub fn key(person_id: &str) -> String {
    let letters = plain_digits(&as_seen(person_id)).to_lowercase();
    letters.chars().filter(|c| !c.is_whitespace()).map(|c| if is_dash(c) { '-' } else { c }).collect()
}

/// Normalised form of the generated person id that a text spells, if it spells one.
///
/// A person whose id is exactly what was typed is meant before the person whose id it spells: staff may have chosen
/// `phillips1`.
pub fn spelled_key(typed: &str) -> Option<String> {
    short_id::spelled('P', typed).map(|id| key(&id))
}

/// What counts as the same login when attempts are limited, in whatever spelling.
pub fn login_key(login: &str) -> String {
    spelled_key(login).unwrap_or_else(|| key(login))
}

/// Generates a person id that is short enough to read out on the phone: `P-7K3F-9QX2`. On a collision, the plan is
/// rejected and made again.
pub fn short_id(id: Uuid) -> String {
    short_id::of('P', id)
}
