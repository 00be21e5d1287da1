//! People who sign in: `hub.person("BO").of(customer).create().await`, and the draft of a person.

use tessera_core::access::licence::LicenceType;
use tessera_core::kernel::ids::{CustomerId, PlaceId};
use tessera_core::persons::{Person, PersonDraft};

use super::{JO, TestHub};

/// A person to be created by staff.
pub struct PersonBuilder<'a> {
    test_hub: &'a TestHub,
    customer: Option<CustomerId>,
    draft: PersonDraft,
}

impl TestHub {
    /// Starts an active person of the operating company, with access to the customer portal and without a place.
    pub fn person(&self, person_id: &str) -> PersonBuilder<'_> {
        let draft = PersonDraft {
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
        };
        PersonBuilder { test_hub: self, customer: None, draft }
    }
}

impl PersonBuilder<'_> {
    /// Sets the name.
    #[must_use]
    pub fn named(mut self, name: &str) -> Self {
        name.clone_into(&mut self.draft.name);
        self
    }

    /// Makes the person one of a customer, at its home place.
    #[must_use]
    pub fn of(mut self, customer: CustomerId) -> Self {
        let home = PlaceId::home_of(customer);
        (self.draft.default_place, self.draft.places) = (Some(home), vec![home]);
        Self { customer: Some(customer), ..self }
    }

    /// Sets the licence.
    #[must_use]
    pub fn with_licence(mut self, licence: LicenceType) -> Self {
        self.draft.licence = Some(licence);
        self
    }

    /// Creates the person.
    pub async fn create(self) -> Person {
        self.test_hub.hub.create_person(self.draft, self.customer, &JO).await.unwrap()
    }
}
