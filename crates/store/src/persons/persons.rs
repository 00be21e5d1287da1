//! Persons, places and contacts; and what a person sees (`P01`–`P08`).

use jiff::Timestamp;
use tessera_core::access::licence::LicenceType;
use tessera_core::access::{DefaultPlace, LicenceFact, PersonFacts};
use tessera_core::devices::Device;
use tessera_core::kernel::customer::IdentityKey;
use tessera_core::kernel::ids::{ContactId, CustomerId, PersonId, PlaceId};
use tessera_core::kernel::normalise;
use tessera_core::persons::contact::Contact;
use tessera_core::persons::place::Place;
use tessera_core::persons::{self, Inactive, Person};
use uuid::Uuid;

use crate::engine::{Row, Statement};
use crate::kernel::lower::json;
use crate::kernel::reads::{device, read_all, read_one};
use crate::kernel::sql;
use crate::{Conflict, Reads, StoreError, Undecodable, values};

/// A person as every door sees them: what the rules look at, and who they would be inside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessSubject {
    /// The hub's own id.
    pub id: PersonId,
    /// Their name.
    pub name: String,
    /// For whom they sign in.
    pub customer_id: CustomerId,
    /// What they may do beyond their licence.
    pub role_functions: Vec<String>,
    /// The default place.
    pub default_place: Option<PlaceId>,
    /// What the rules look at.
    pub facts: PersonFacts,
}

impl Reads {
    /// A person by the hub's own id.
    pub async fn person(&self, id: PersonId) -> Result<Option<Person>, StoreError> {
        self.with_places(self.one(sql::PERSON, values![id]).await?).await
    }

    /// The person who signs in with a person id, whatever its case.
    pub async fn person_by_key(&self, person_id: &str) -> Result<Option<Person>, StoreError> {
        self.with_places(self.one(sql::PERSON_BY_KEY, values![persons::key(person_id)]).await?).await
    }

    /// The person who is a contact.
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

    /// A page of all people, in the order they came; without their places.
    pub async fn people_after(&self, after: Option<PersonId>, limit: usize) -> Result<Vec<Person>, StoreError> {
        let after = after.map_or_else(Uuid::nil, |id| id.0);
        read_all(self.query(sql::PEOPLE_AFTER, values![after, count(limit)]).await?, person)
    }

    /// A person as doors see them, by the hub's own id.
    pub async fn at_door(&self, id: PersonId) -> Result<Option<AccessSubject>, StoreError> {
        read_one(self.one(sql::AT_DOOR_BY_ID, values![id]).await?, at_door)
    }

    /// The same, by an identity of theirs.
    pub async fn access_subject_by_identity(&self, key: &IdentityKey) -> Result<Option<AccessSubject>, StoreError> {
        read_one(self.one(sql::AT_DOOR_BY_IDENTITY, values![&key.issuer, &key.subject]).await?, at_door)
    }

    /// The licence type that does not exist and was asked for somebody, and when.
    pub async fn refused_licence(&self, person_id: &str) -> Result<Option<(String, Timestamp)>, StoreError> {
        let row = self.one(sql::REFUSED_LICENCE, values![persons::key(person_id)]).await?;
        read_one(row, |row| Ok((row.get("code")?, row.get("at")?)))
    }

    /// One place.
    pub async fn place(&self, id: PlaceId) -> Result<Option<Place>, StoreError> {
        read_one(self.one(sql::PLACE, values![id]).await?, place)
    }

    /// The places of a customer.
    pub async fn places_of(&self, owner: CustomerId) -> Result<Vec<Place>, StoreError> {
        read_all(self.query(sql::PLACES_OF_CUSTOMER, values![owner]).await?, place)
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

    /// The contacts with an e-mail address, normalised.
    pub async fn contacts_by_email(&self, email: &str) -> Result<Vec<Contact>, StoreError> {
        read_all(self.query(sql::CONTACTS_BY_EMAIL, values![email]).await?, contact)
    }

    /// A page of all contacts.
    pub async fn contacts_after(&self, after: Option<ContactId>, limit: usize) -> Result<Vec<Contact>, StoreError> {
        let after = after.map_or_else(Uuid::nil, |id| id.0);
        read_all(self.query(sql::CONTACTS_AFTER, values![after, count(limit)]).await?, contact)
    }

    /// The place at which a device was put, if it was.
    pub async fn device_place(&self, system: &str, external_id: &str) -> Result<Option<PlaceId>, StoreError> {
        read_one(self.one(sql::DEVICE_PLACE, values![system, external_id]).await?, |row| row.id("place_id"))
    }

    /// The devices at a person's places, each with its place, by display id: all they see, and nothing else (`P08`).
    pub async fn devices_visible_to(&self, person: PersonId) -> Result<Vec<(PlaceId, Device)>, StoreError> {
        let rows = self.query(sql::DEVICES_IN_PLACES, values![person]).await?;
        let mut found = read_all(rows, |row| {
            let place = row.id("place_id")?;
            Ok((place, device(row)?))
        })?;
        found.sort_by(|(_, a), (_, b)| (&a.system, &a.external_id).cmp(&(&b.system, &b.external_id)));
        Ok(found)
    }
}

fn count(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX)
}

fn person(row: &Row) -> Result<Person, Undecodable> {
    let id: PersonId = row.id("id")?;
    // People from before there were person ids are known by the hub's own id.
    let person_id = row.get::<Option<String>>("person_id")?.unwrap_or_else(|| id.to_string());
    Ok(Person {
        id,
        person_id,
        customer_id: row.id("customer_id")?,
        name: row.get("name")?,
        email: row.get("email")?,
        licence: row.get::<Option<String>>("licence")?.as_deref().and_then(LicenceType::parse),
        mobile_user: row.get("mobile_user")?,
        default_place: row.optional_id("default_place")?,
        places: Vec::new(),
        role_functions: row.json("role_functions")?,
        contact_id: row.optional_id("contact_id")?,
        inactive: inactive(row)?,
        version: row.get("version")?,
        created_at: row.get("created_at")?,
        email_chosen: row.get("email_chosen")?,
    })
}

fn inactive(row: &Row) -> Result<Option<Inactive>, Undecodable> {
    let (since, why): (Option<Timestamp>, Option<String>) = (row.get("inactive_since")?, row.get("inactive_why")?);
    Ok(since.map(|since| Inactive { since, why: why.unwrap_or_default() }))
}

fn at_door(row: &Row) -> Result<AccessSubject, Undecodable> {
    let id: PersonId = row.id("id")?;
    let person_id = row.get::<Option<String>>("person_id")?.unwrap_or_else(|| id.to_string());
    let (name, customer_id) = (row.get("name")?, row.id("customer_id")?);
    let licence = match row.get::<Option<String>>("licence")? {
        None => LicenceFact::None,
        Some(code) => LicenceType::parse(&code).map_or(LicenceFact::Unknown(code), LicenceFact::Known),
    };
    let mobile_user = row.get("mobile_user")?;
    let role_functions = row.json("role_functions")?;
    let inactive = inactive(row)?;
    let default_place = row.optional_id("default_place")?;
    let (place_name, place_active): (Option<String>, Option<bool>) = (row.get("place_name")?, row.get("place_active")?);
    let (places, identities, has_password) = (row.get("places")?, row.get("identities")?, row.get("has_password")?);
    let facts = PersonFacts {
        person_id,
        inactive,
        licence,
        mobile_user,
        default_place: place_name.zip(place_active).map(|(name, active)| DefaultPlace { name, active }),
        places,
        has_password,
        identities,
    };
    Ok(AccessSubject { id, name, customer_id, role_functions, default_place, facts })
}

fn place(row: &Row) -> Result<Place, Undecodable> {
    Ok(Place {
        id: row.id("id")?,
        name: row.get("name")?,
        parent_id: row.optional_id("parent_id")?,
        address: row.get("address")?,
        owner: row.optional_id("owner_id")?,
        active: row.get("active")?,
        version: row.get("version")?,
        created_at: row.get("created_at")?,
    })
}

pub(crate) fn contact(row: &Row) -> Result<Contact, Undecodable> {
    Ok(Contact {
        id: row.id("id")?,
        customer_id: row.id("customer_id")?,
        name: row.get("name")?,
        email: row.get("email")?,
        phone: row.get("phone")?,
        place_id: row.optional_id("place_id")?,
        version: row.get("version")?,
        created_at: row.get("created_at")?,
    })
}

pub(crate) fn create_person(person: &Person, to: &mut Vec<Statement>) {
    let values = values![
        person.id,
        &person.person_id,
        persons::key(&person.person_id),
        person.customer_id,
        &person.name,
        person.email.as_deref(),
        email_key(person.email.as_deref()),
        person.licence.map(LicenceType::as_str),
        person.mobile_user,
        person.default_place,
        json(&person.role_functions),
        person.contact_id,
        person.inactive.as_ref().map(|inactive| inactive.since),
        person.inactive.as_ref().map(|inactive| inactive.why.as_str()),
        person.created_at,
        person.email_chosen,
    ];
    to.push(Statement::one(sql::PERSON_CREATE, values, Conflict::PersonId));
    list_places(person, to);
}

pub(crate) fn update_person(person: &Person, to: &mut Vec<Statement>) {
    let values = values![
        &person.person_id,
        persons::key(&person.person_id),
        &person.name,
        person.email.as_deref(),
        email_key(person.email.as_deref()),
        person.licence.map(LicenceType::as_str),
        person.mobile_user,
        person.default_place,
        json(&person.role_functions),
        person.contact_id,
        person.inactive.as_ref().map(|inactive| inactive.since),
        person.inactive.as_ref().map(|inactive| inactive.why.as_str()),
        person.email_chosen,
        person.id,
        person.version,
    ];
    to.push(Statement::one(sql::PERSON_UPDATE, values, Conflict::PersonId));
    to.push(Statement::any(sql::PERSON_PLACES_CLEAR, values![person.id]));
    list_places(person, to);
}

fn list_places(person: &Person, to: &mut Vec<Statement>) {
    for place in &person.places {
        to.push(Statement::any(sql::PERSON_PLACE_ADD, values![person.id, *place]));
    }
}

pub(crate) fn create_place(place: &Place) -> Statement {
    let values = values![
        place.id,
        &place.name,
        place.parent_id,
        place.address.as_deref(),
        place.owner,
        place.active,
        place.created_at,
    ];
    Statement::one(sql::PLACE_CREATE, values, Conflict::Exists)
}

pub(crate) fn update_place(place: &Place) -> Statement {
    let values = values![&place.name, place.parent_id, place.address.as_deref(), place.active, place.id, place.version];
    Statement::one(sql::PLACE_UPDATE, values, Conflict::Place)
}

pub(crate) fn create_contact(contact: &Contact) -> Statement {
    let values = values![
        contact.id,
        contact.customer_id,
        &contact.name,
        contact.email.as_deref(),
        email_key(contact.email.as_deref()),
        contact.phone.as_deref(),
        contact.place_id,
        contact.created_at,
    ];
    Statement::one(sql::CONTACT_CREATE, values, Conflict::Exists)
}

pub(crate) fn update_contact(contact: &Contact) -> Statement {
    let values = values![
        &contact.name,
        contact.email.as_deref(),
        email_key(contact.email.as_deref()),
        contact.phone.as_deref(),
        contact.place_id,
        contact.id,
        contact.version,
    ];
    Statement::one(sql::CONTACT_UPDATE, values, Conflict::Contact)
}

fn email_key(email: Option<&str>) -> Option<String> {
    email.and_then(normalise::email)
}
