//! Changes of persons, places, contacts, registrations and profiles.

use tessera_core::kernel::mask;
use tessera_core::persons::change::{ContactChange, PersonChange, PlaceChange, RegistrationChange};
use tessera_core::persons::profile::ProfileChange;

use super::Describe;

impl Describe for PersonChange {
    fn describe(&self) -> String {
        match self {
            Self::Create(it) => format!("create person {}", it.name),
            Self::Update(it) => format!("person {} changes", it.person_id),
            Self::Erase(it) => format!("erase the personal data of person {}", it.traces.person),
            Self::Move { .. } => "the person moves to their customer".to_owned(),
        }
    }
}

impl Describe for PlaceChange {
    fn describe(&self) -> String {
        match self {
            Self::Create(it) => format!("create place {}", it.name),
            Self::Update(it) => format!("place {} changes", it.name),
            Self::ExpectParent { id, .. } => format!("place {id} is where it was"),
        }
    }
}

impl Describe for ContactChange {
    fn describe(&self) -> String {
        match self {
            Self::Create(it) => format!("create contact {}", it.name),
            Self::Update(it) => format!("contact {} changes", it.name),
        }
    }
}

impl Describe for RegistrationChange {
    fn describe(&self) -> String {
        match self {
            Self::Create(it) => format!("create a registration of {}", it.name),
            Self::Update { registration, .. } => {
                format!("registration of {} is {}", registration.name, registration.state.as_str())
            }
        }
    }
}

impl Describe for ProfileChange {
    fn describe(&self) -> String {
        match self {
            Self::Put(profile) => format!("profile of person {}", profile.person),
            Self::AskEmail(change) => {
                format!("person {} wants the address {}", change.person, mask::email(&change.email))
            }
            Self::TakeEmail { .. } => "the new address is confirmed".to_owned(),
        }
    }
}
