//! Changes of persons, places, contacts and registrations.

use crate::kernel::ids::{CustomerId, PersonId};
use crate::kernel::plan::FeatureChange;
use crate::persons::Person;
use crate::persons::contact::Contact;
use crate::persons::place::Place;
use crate::persons::registration::{Registration, RegistrationState};

/// A change of a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PersonChange {
    /// Write a new person with the places listed for them; the person id must be free.
    Create(Box<Person>),
    /// Write a person as they shall be, with the places listed for them; their version must still be the one before, the person id free.
    Update(Box<Person>),
    /// Say whose a person is who has no sign-in yet.
    Move {
        /// Who.
        person: PersonId,
        /// Whose they are from now on.
        to: CustomerId,
    },
}

impl FeatureChange for PersonChange {
    fn belongs_to_customer(&self) -> bool {
        matches!(self, Self::Create(_) | Self::Move { .. })
    }
}

/// A change of a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PlaceChange {
    /// Write a new place.
    Create(Place),
    /// Write a place as it shall be; its version must still be the one before.
    Update(Place),
}

impl FeatureChange for PlaceChange {}

/// A change of a contact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ContactChange {
    /// Write a new contact.
    Create(Contact),
    /// Write a contact as it shall be; its version must still be the one before.
    Update(Contact),
}

impl FeatureChange for ContactChange {}

/// A change of a registration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RegistrationChange {
    /// Write a new registration.
    Create(Box<Registration>),
    /// Write a registration as it shall be; nobody may have moved it on meanwhile.
    Update {
        /// As it shall be.
        registration: Box<Registration>,
        /// How far it was.
        from: RegistrationState,
    },
}

impl FeatureChange for RegistrationChange {}
