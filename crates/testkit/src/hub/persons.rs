//! People who sign in, as a form describes them.

use tessera_core::access::licence::LicenceType;
use tessera_core::persons::{Person, PersonDraft};

/// An active person with access to the customer portal, and without a place.
pub fn new_person(person_id: &str) -> PersonDraft {
    PersonDraft {
        person_id: Some(person_id.to_owned()),
        name: format!("{person_id} Example"),
        email: Some(format!("{}@example.com", person_id.to_lowercase())),
        licence: Some(LicenceType::Custportal),
        active: true,
        mobile_user: false,
        default_place: None,
        places: Vec::new(),
        role_functions: Vec::new(),
        contact_id: None,
    }
}

/// A person as they are; a test changes some fields of it.
pub fn unchanged(person: &Person) -> PersonDraft {
    PersonDraft {
        person_id: Some(person.person_id.clone()),
        name: person.name.clone(),
        email: person.email.clone(),
        licence: person.licence,
        active: person.inactive.is_none(),
        mobile_user: person.mobile_user,
        default_place: person.default_place,
        places: person.places.clone(),
        role_functions: person.role_functions.clone(),
        contact_id: person.contact_id,
    }
}
