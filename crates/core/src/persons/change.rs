//! Changes of persons, places, contacts and registrations.

use crate::kernel::ids::{CustomerId, PersonId, PlaceId};
use crate::kernel::plan::FeatureChange;
use crate::persons::Person;
use crate::persons::contact::Contact;
use crate::persons::erasure::Erasure;
use crate::persons::place::Place;
use crate::persons::registration::{Registration, RegistrationState};

/// A change of a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PersonChange {
    /// Insert a new person with their places. The person id must be unique.
    Create(Box<Person>),
    /// Update a person and their places. The stored version must be the previous one, the person id unique.
    Update(Box<Person>),
    /// Move a person without identities to another customer.
    Move {
        /// The person.
        person: PersonId,
        /// The new customer.
        to: CustomerId,
    },
    /// Erase a person. The stored version must be the expected one.
    Erase(Box<Erasure>),
}

impl FeatureChange for PersonChange {
    fn belongs_to_customer(&self) -> bool {
        matches!(self, Self::Create(_) | Self::Move { .. } | Self::Erase(_))
    }
}

/// A change of a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PlaceChange {
    /// Insert a new place.
    Create(Place),
    /// Update a place. Its stored version must be the previous one.
    Update(Place),
    /// Guard: a place must still be inside this one, or inside none.
    ExpectParent {
        /// The place.
        id: PlaceId,
        /// The place that contains it.
        parent_id: Option<PlaceId>,
    },
}

impl FeatureChange for PlaceChange {}

/// A change of a contact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ContactChange {
    /// Insert a new contact.
    Create(Contact),
    /// Update a contact. Its stored version must be the previous one.
    Update(Contact),
}

impl FeatureChange for ContactChange {}

/// A change of a registration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RegistrationChange {
    /// Insert a new registration.
    Create(Box<Registration>),
    /// Update a registration. Its stored state must be `from`.
    Update {
        /// The new data.
        registration: Box<Registration>,
        /// Expected state.
        from: RegistrationState,
    },
}

impl FeatureChange for RegistrationChange {}
