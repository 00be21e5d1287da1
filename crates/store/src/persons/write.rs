//! Lowers changes of persons, places, contacts, registrations and profiles to statements.

use tessera_core::access::licence::LicenceType;
use tessera_core::kernel::language::Language;
use tessera_core::kernel::normalise;
use tessera_core::persons;
use tessera_core::persons::Person;
use tessera_core::persons::change::{ContactChange, PersonChange, PlaceChange, RegistrationChange};
use tessera_core::persons::contact::Contact;
use tessera_core::persons::place::Place;
use tessera_core::persons::profile::ProfileChange;
use tessera_core::persons::registration::{Registration, RegistrationState};

use super::{privacy, sql};
use crate::engine::Statement;
use crate::kernel::lower::{Lower, json};
use crate::{Conflict, values};

impl Lower for PersonChange {
    fn lower(&self, to: &mut Vec<Statement>) {
        match self {
            Self::Create(person) => {
                create_person(person, to);
            }
            Self::Update(person) => update_person(person, to),
            Self::Erase(erasure) => privacy::erase(erasure, to),
            Self::Move { person, to: customer } => {
                to.push(Statement::any(sql::PERSON_LOCK, values![*person]));
                to.push(Statement::one(sql::PERSON_MOVE, values![*customer, *person], Conflict::PersonId));
            }
        }
    }
}

impl Lower for RegistrationChange {
    fn lower(&self, to: &mut Vec<Statement>) {
        match self {
            Self::Create(registration) => to.push(create_registration(registration)),
            Self::Update { registration, from } => to.push(update_registration(registration, *from)),
        }
    }
}

impl Lower for PlaceChange {
    fn lower(&self, to: &mut Vec<Statement>) {
        match self {
            Self::Create(place) => to.push(create_place(place)),
            Self::Update(place) => to.push(update_place(place)),
            Self::ExpectParent { id, parent_id } => {
                to.push(Statement::one(sql::PLACE_EXPECT_PARENT, values![*id, *parent_id], Conflict::Place));
            }
        }
    }
}

impl Lower for ContactChange {
    fn lower(&self, to: &mut Vec<Statement>) {
        match self {
            Self::Create(contact) => to.push(create_contact(contact)),
            Self::Update(contact) => to.push(update_contact(contact)),
        }
    }
}

impl Lower for ProfileChange {
    fn lower(&self, to: &mut Vec<Statement>) {
        match self {
            Self::Put(it) => {
                let language = it.preferences.language.map(Language::tag);
                let zone = it.preferences.time_zone.as_deref();
                let values = values![it.person, it.phone.as_deref(), it.notify_of_replies, it.version, language, zone];
                to.push(Statement::one(sql::PROFILE_PUT, values, Conflict::Profile));
            }
            Self::AskEmail(it) => {
                to.push(Statement::any(sql::EMAIL_CHANGES_END, values![it.created_at, it.person]));
                let values = values![it.id, it.person, &it.email, it.token_hash, it.created_at, it.expires_at];
                to.push(Statement::one(sql::EMAIL_CHANGE_ASK, values, Conflict::Exists));
            }
            Self::TakeEmail { id, at } => {
                to.push(Statement::one(sql::EMAIL_CHANGE_TAKE, values![*at, *id], Conflict::Profile));
            }
        }
    }
}

fn create_person(person: &Person, to: &mut Vec<Statement>) {
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

fn update_person(person: &Person, to: &mut Vec<Statement>) {
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

fn create_place(place: &Place) -> Statement {
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

fn update_place(place: &Place) -> Statement {
    let values = values![&place.name, place.parent_id, place.address.as_deref(), place.active, place.id, place.version];
    Statement::one(sql::PLACE_UPDATE, values, Conflict::Place)
}

fn create_contact(contact: &Contact) -> Statement {
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

fn update_contact(contact: &Contact) -> Statement {
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

fn create_registration(registration: &Registration) -> Statement {
    let Registration { id, name, email, message, for_shop, token_hash, created_at, expires_at, state, .. } =
        registration;
    let message = message.as_deref();
    let values = values![*id, name, email, message, *for_shop, token_hash, *created_at, *expires_at, state.as_str()];
    Statement::one(sql::REGISTRATION_CREATE, values, Conflict::Exists)
}

fn update_registration(registration: &Registration, from: RegistrationState) -> Statement {
    let Registration { id, state, person, decided_by, decided_at, reason, .. } = registration;
    let values =
        values![state.as_str(), *person, decided_by.as_deref(), *decided_at, reason.as_deref(), *id, from.as_str(),];
    Statement::one(sql::REGISTRATION_UPDATE, values, Conflict::Registration)
}
