//! Input of the access rules.

use jiff::Timestamp;

use crate::access::licence::LicenceType;
use crate::persons::Inactive;

/// Input of the access rules for one portal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessFacts {
    /// The person, or what is known about the requested name if there is no such person.
    pub person: Result<PersonFacts, Stranger>,
    /// The last sign-in attempt.
    pub login: Login,
    /// Seats of the person's licence; `None` if unlimited.
    pub seats: Option<Seats>,
}

/// Data about a name that belongs to no person.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Stranger {
    /// The name or address requested.
    pub asked: String,
    /// Name of a contact with that name or address. Contacts cannot sign in (`P01`).
    pub contact: Option<String>,
    /// The unknown licence with which the person was to be created, and the time of the attempt.
    pub refused_licence: Option<(String, Timestamp)>,
}

/// Access-related data of a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonFacts {
    /// The person id, used to sign in.
    pub person_id: String,
    /// Time and reason of deactivation; `None` if active.
    pub inactive: Option<Inactive>,
    /// Their licence.
    pub licence: LicenceFact,
    /// The mobile-user flag.
    pub mobile_user: bool,
    /// Their default place.
    pub default_place: Option<DefaultPlace>,
    /// Number of the person's places.
    pub places: usize,
    /// Whether a password is set.
    pub has_password: bool,
    /// Number of linked identities.
    pub identities: usize,
}

/// The licence data of a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LicenceFact {
    /// No licence is assigned.
    None,
    /// A known licence type.
    Known(LicenceType),
    /// An unknown licence code, as entered.
    Unknown(String),
}

/// A person's default place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DefaultPlace {
    /// Name of the place.
    pub name: String,
    /// Whether it is in use.
    pub active: bool,
}

/// The last sign-in attempt of a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Login {
    /// Unknown, or not by person id.
    NotTried,
    /// With the person id, or a linked identity.
    Right,
    /// With an e-mail address instead of the person id, and not successfully since.
    Email {
        /// Time of the attempt.
        at: Timestamp,
    },
}

/// Seats of a licence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seats {
    /// Total number of seats.
    pub count: u32,
    /// Number of seats taken by other people.
    pub taken_by_others: u32,
    /// Whether the person holds a seat.
    pub held: bool,
}
