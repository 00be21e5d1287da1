//! People: lookup, the pages for staff, and the person's own profile.

use tessera_core::access::Viewer;
use tessera_core::kernel::customer::{Customer, IdentityKey};
use tessera_core::kernel::ids::{CustomerId, PersonId};
use tessera_core::kernel::timeline::Entry;
use tessera_core::persons::Person;
use tessera_core::persons::contact::Contact;
use tessera_core::persons::place::Place;
use tessera_core::persons::profile::{EmailChange, Profile};
use tessera_core::persons::registration::Registration;
use tessera_store::{Reads, StoreError};

use super::Queries;
use super::messages::SentMessages;

/// Number of the customer's latest timeline entries to scan for those about one person.
const LOOKED_THROUGH: usize = 200;

/// The options in a person's form.
#[derive(Debug, Clone)]
pub struct PersonChoices {
    /// The customer's places, then other places that the person has.
    pub places: Vec<Place>,
    /// The customer's contacts.
    pub contacts: Vec<Contact>,
}

/// The additional data of a person's page.
#[derive(Debug, Clone)]
pub struct PersonPage {
    /// The person's customer.
    pub customer: Option<Customer>,
    /// The person's places, by name.
    pub places: Vec<Place>,
    /// The options in the person's form.
    pub choices: PersonChoices,
    /// The person's entries on the customer's timeline, newest first.
    pub history: Vec<Entry>,
    /// The person's message keys and newest messages.
    pub sent: SentMessages,
}

/// A person's own profile.
#[derive(Debug, Clone)]
pub struct OwnProfile {
    /// The person.
    pub person: Person,
    /// The profile.
    pub profile: Profile,
    /// A new e-mail address that is not confirmed yet.
    pub waiting: Option<EmailChange>,
    /// The person's places, by name.
    pub places: Vec<Place>,
}

impl Queries<'_> {
    /// A person by the hub's own id.
    pub async fn person(&self, id: PersonId) -> Result<Option<Person>, StoreError> {
        self.reads().person(id).await
    }

    /// A person by person id, or by the hub's own id.
    pub async fn person_called(&self, id: &str) -> Result<Option<Person>, StoreError> {
        match id.parse::<PersonId>() {
            Ok(id) => self.reads().person(id).await,
            Err(_) => self.reads().person_by_key(id).await,
        }
    }

    /// The person of a sign-in. `None`: the sign-in is not linked.
    pub async fn person_of_sign_in(&self, identity: &IdentityKey) -> Result<Option<Person>, StoreError> {
        self.reads().person_of_identity(identity).await
    }

    /// The people of a customer, oldest first; without their places.
    pub async fn people_of(&self, customer: CustomerId) -> Result<Vec<Person>, StoreError> {
        self.reads().people(customer).await
    }

    /// The people with an e-mail address, normalised; without their places.
    pub async fn people_by_email(&self, email: &str) -> Result<Vec<Person>, StoreError> {
        self.reads().people_by_email(email).await
    }

    /// A page of all people, in order of creation, without their places.
    pub async fn people_after(&self, after: Option<PersonId>, size: usize) -> Result<Vec<Person>, StoreError> {
        self.reads().people_after(after, size).await
    }

    /// The options in the form for a new person of a customer.
    pub async fn new_person_choices(&self, customer: CustomerId) -> Result<PersonChoices, StoreError> {
        choices(&self.snapshot().await?, customer, &[]).await
    }

    /// The additional data of a person's page, with up to `history` timeline entries.
    pub async fn person_page(&self, person: &Person, history: usize) -> Result<PersonPage, StoreError> {
        let store = self.snapshot().await?;
        let customer = store.customer(person.customer_id).await?;
        let places = store.places_of_person(person.id).await?;
        // The person is inside each event's JSON document, so no statement can select by it.
        let entries = store.timeline(person.customer_id, None, LOOKED_THROUGH).await?.into_iter();
        let about = |entry: &Entry| entry.event().is_some_and(|event| event.person() == Some(&person.person_id));
        let of = customer.as_ref().map_or(CustomerId::OPERATOR, |customer| customer.id);
        Ok(PersonPage {
            choices: choices(&store, of, &places).await?,
            sent: SentMessages::of(&store, person.id).await?,
            history: entries.filter(about).take(history).collect(),
            customer,
            places,
        })
    }

    /// A person's own profile.
    pub async fn own_profile(&self, viewer: &Viewer) -> Result<Option<OwnProfile>, StoreError> {
        let store = self.snapshot().await?;
        let Some(person) = store.person(viewer.person).await? else { return Ok(None) };
        Ok(Some(OwnProfile {
            profile: store.profile(person.id).await?,
            waiting: store.email_change_open(person.id, self.hub.env.now()).await?,
            places: store.places_of_person(person.id).await?,
            person,
        }))
    }

    /// The registrations that wait for a decision, oldest first.
    pub async fn registrations_waiting(&self, size: usize) -> Result<Vec<Registration>, StoreError> {
        self.reads().registrations_waiting(size).await
    }
}

async fn choices(store: &Reads, of: CustomerId, own: &[Place]) -> Result<PersonChoices, StoreError> {
    let mut places = store.places_of(of).await?;
    for place in own {
        if places.iter().all(|known| known.id != place.id) {
            places.push(place.clone());
        }
    }
    Ok(PersonChoices { places, contacts: store.contacts_of(of).await? })
}
