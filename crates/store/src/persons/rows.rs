//! Rows of persons, places, contacts, registrations and profiles.

use jiff::Timestamp;
use tessera_core::access::licence::LicenceType;
use tessera_core::access::{DefaultPlace, LicenceFact, PersonFacts};
use tessera_core::kernel::ids::{CustomerId, PersonId, PlaceId};
use tessera_core::kernel::language::{Language, Preferences};
use tessera_core::persons::contact::Contact;
use tessera_core::persons::place::Place;
use tessera_core::persons::profile::EmailChange;
use tessera_core::persons::registration::{Registration, RegistrationState};
use tessera_core::persons::{Inactive, Person};

use crate::Undecodable;
use crate::engine::Row;

/// Column list of a table: `columns!(persons)`, or `columns!(persons "x.")` with a table alias.
macro_rules! columns {
    (persons $($alias:literal)?) => {
        $crate::engine::listed!($($alias)?;
            "id", "person_id", "customer_id", "name", "email", "licence", "mobile_user", "default_place",
            "role_functions", "contact_id", "inactive_since", "inactive_why", "version", "created_at",
            "email_chosen")
    };
    (places $($alias:literal)?) => {
        $crate::engine::listed!($($alias)?;
            "id", "name", "parent_id", "address", "owner_id", "active", "version", "created_at")
    };
    (contacts $($alias:literal)?) => {
        $crate::engine::listed!($($alias)?;
            "id", "customer_id", "name", "email", "phone", "place_id", "version", "created_at")
    };
    (registrations $($alias:literal)?) => {
        $crate::engine::listed!($($alias)?;
            "id", "name", "email", "message", "for_shop", "token_hash", "created_at", "expires_at", "state",
            "person_id", "decided_by", "decided_at", "reason")
    };
    (email_changes $($alias:literal)?) => {
        $crate::engine::listed!($($alias)?;
            "id", "person_id", "email", "token_hash", "created_at", "expires_at")
    };
}
pub(super) use columns;

/// A person with the facts of the access rules, and the data of a viewer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessSubject {
    /// The hub's own id.
    pub id: PersonId,
    /// Their name.
    pub name: String,
    /// The person's customer.
    pub customer_id: CustomerId,
    /// Role functions, which permit more than the licence.
    pub role_functions: Vec<String>,
    /// The default place.
    pub default_place: Option<PlaceId>,
    /// The facts of the access rules.
    pub facts: PersonFacts,
}

pub(super) fn person(row: &Row) -> Result<Person, Undecodable> {
    let id: PersonId = row.id("id")?;
    // A person from before person ids existed is identified by the hub's own id.
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

pub(super) fn subject(row: &Row) -> Result<AccessSubject, Undecodable> {
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

pub(super) fn place(row: &Row) -> Result<Place, Undecodable> {
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

pub(super) fn contact(row: &Row) -> Result<Contact, Undecodable> {
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

pub(super) fn email_change(row: &Row) -> Result<EmailChange, Undecodable> {
    Ok(EmailChange {
        id: row.id("id")?,
        person: row.id("person_id")?,
        email: row.get("email")?,
        token_hash: row.get("token_hash")?,
        created_at: row.get("created_at")?,
        expires_at: row.get("expires_at")?,
    })
}

pub(super) fn registration(row: &Row) -> Result<Registration, Undecodable> {
    Ok(Registration {
        id: row.id("id")?,
        name: row.get("name")?,
        email: row.get("email")?,
        message: row.get("message")?,
        for_shop: row.get("for_shop")?,
        token_hash: row.get("token_hash")?,
        created_at: row.get("created_at")?,
        expires_at: row.get("expires_at")?,
        state: row.text("state", RegistrationState::parse)?,
        person: row.optional_id("person_id")?,
        decided_by: row.get("decided_by")?,
        decided_at: row.get("decided_at")?,
        reason: row.get("reason")?,
    })
}

/// What a person chose for what they read. A language that there is no longer is no choice.
pub(crate) fn preferences(row: &Row) -> Result<Preferences, Undecodable> {
    let language: Option<String> = row.get("language")?;
    Ok(Preferences { language: language.as_deref().and_then(Language::parse), time_zone: row.get("time_zone")? })
}
