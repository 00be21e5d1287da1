//! Reads of persons, places, contacts, registrations and profiles.

use tessera_core::kernel::customer::IdentityKey;
use tessera_core::kernel::ids::{ContactId, CustomerId, PersonId, PlaceId};
use tessera_core::persons;
use tessera_core::persons::Person;
use tessera_core::persons::contact::Contact;
use tessera_core::persons::place::Place;
use uuid::Uuid;

use super::rows::{AccessSubject, contact, person, place, subject};
use super::sql;
use crate::engine::Row;
use crate::kernel::reads::{read_all, read_one};
use crate::{Reads, StoreError, values};

impl Reads {
    /// A person by the hub's own id.
    pub async fn person(&self, id: PersonId) -> Result<Option<Person>, StoreError> {
        self.with_places(self.one(sql::PERSON, values![id]).await?).await
    }

    /// People by id, in any order, without their places.
    pub async fn people_listed(&self, ids: &[PersonId]) -> Result<Vec<Person>, StoreError> {
        read_all(self.rows_of(sql::PERSONS_LISTED, ids).await?, person)
    }

    /// The person with a person id, however it is typed.
    pub async fn person_by_key(&self, person_id: &str) -> Result<Option<Person>, StoreError> {
        let key = persons::key(person_id);
        let spelled = persons::spelled_key(person_id).unwrap_or_else(|| key.clone());
        self.with_places(self.one(sql::PERSON_BY_KEY, values![key, spelled]).await?).await
    }

    /// The person with a linked identity.
    pub async fn person_of_identity(&self, key: &IdentityKey) -> Result<Option<Person>, StoreError> {
        self.with_places(self.one(sql::PERSON_OF_IDENTITY, values![&key.issuer, &key.subject]).await?).await
    }

    /// The person linked to a contact.
    pub async fn person_of_contact(&self, contact: ContactId) -> Result<Option<Person>, StoreError> {
        self.with_places(self.one(sql::PERSON_OF_CONTACT, values![contact]).await?).await
    }

    async fn with_places(&self, row: Option<Row>) -> Result<Option<Person>, StoreError> {
        let Some(mut person) = read_one(row, person)? else { return Ok(None) };
        person.places = read_all(self.query(sql::PERSON_PLACES, values![person.id]).await?, |row| row.id("place_id"))?;
        Ok(Some(person))
    }

    /// The people with an e-mail address, normalised; without their places.
    pub async fn people_by_email(&self, email: &str) -> Result<Vec<Person>, StoreError> {
        read_all(self.query(sql::PERSONS_BY_EMAIL, values![email]).await?, person)
    }

    /// The people of a customer, oldest first; without their places.
    pub async fn people(&self, of: CustomerId) -> Result<Vec<Person>, StoreError> {
        read_all(self.query(sql::PEOPLE, values![of]).await?, person)
    }

    /// A page of all people, in order of creation, without their places.
    pub async fn people_after(&self, after: Option<PersonId>, limit: usize) -> Result<Vec<Person>, StoreError> {
        let after = after.map_or_else(Uuid::nil, |id| id.0);
        read_all(self.query(sql::PEOPLE_AFTER, values![after, count(limit)]).await?, person)
    }

    /// A person with the facts of the access rules, by the hub's own id.
    pub async fn access_subject(&self, id: PersonId) -> Result<Option<AccessSubject>, StoreError> {
        read_one(self.one(sql::AT_DOOR_BY_ID, values![id]).await?, subject)
    }

    /// A person with the facts of the access rules, by a linked identity.
    pub async fn access_subject_by_identity(&self, key: &IdentityKey) -> Result<Option<AccessSubject>, StoreError> {
        read_one(self.one(sql::AT_DOOR_BY_IDENTITY, values![&key.issuer, &key.subject]).await?, subject)
    }

    /// One place.
    pub async fn place(&self, id: PlaceId) -> Result<Option<Place>, StoreError> {
        read_one(self.one(sql::PLACE, values![id]).await?, place)
    }

    /// Places by id, in any order.
    pub async fn places_listed(&self, ids: &[PlaceId]) -> Result<Vec<Place>, StoreError> {
        read_all(self.rows_of(sql::PLACES_LISTED, ids).await?, place)
    }

    /// The places of a customer.
    pub async fn places_of(&self, owner: CustomerId) -> Result<Vec<Place>, StoreError> {
        read_all(self.query(sql::PLACES_OF_CUSTOMER, values![owner]).await?, place)
    }

    /// The places of several customers.
    pub async fn places_of_customers(&self, owners: &[CustomerId]) -> Result<Vec<Place>, StoreError> {
        read_all(self.rows_of(sql::PLACES_OF_CUSTOMERS, owners).await?, place)
    }

    /// The places listed for a person, by name.
    pub async fn places_of_person(&self, person: PersonId) -> Result<Vec<Place>, StoreError> {
        read_all(self.query(sql::PLACES_OF_PERSON, values![person]).await?, place)
    }

    /// A page of all places.
    pub async fn places_after(&self, after: Option<PlaceId>, limit: usize) -> Result<Vec<Place>, StoreError> {
        let after = after.map_or_else(Uuid::nil, |id| id.0);
        read_all(self.query(sql::PLACES_AFTER, values![after, count(limit)]).await?, place)
    }

    /// One contact.
    pub async fn contact(&self, id: ContactId) -> Result<Option<Contact>, StoreError> {
        read_one(self.one(sql::CONTACT, values![id]).await?, contact)
    }

    /// The contacts of a customer.
    pub async fn contacts_of(&self, customer: CustomerId) -> Result<Vec<Contact>, StoreError> {
        read_all(self.query(sql::CONTACTS_OF_CUSTOMER, values![customer]).await?, contact)
    }

    /// The contacts of several customers.
    pub async fn contacts_of_customers(&self, customers: &[CustomerId]) -> Result<Vec<Contact>, StoreError> {
        read_all(self.rows_of(sql::CONTACTS_OF_CUSTOMERS, customers).await?, contact)
    }

    /// The contacts with an e-mail address, normalised.
    pub async fn contacts_by_email(&self, email: &str) -> Result<Vec<Contact>, StoreError> {
        read_all(self.query(sql::CONTACTS_BY_EMAIL, values![email]).await?, contact)
    }

    /// A page of all contacts.
    pub async fn contacts_after(&self, after: Option<ContactId>, limit: usize) -> Result<Vec<Contact>, StoreError> {
        let after = after.map_or_else(Uuid::nil, |id| id.0);
        read_all(self.query(sql::CONTACTS_AFTER, values![after, count(limit)]).await?, contact)
    }
}

fn count(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX)
}
