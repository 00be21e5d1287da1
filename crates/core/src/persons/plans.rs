//! Creating and changing persons.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Inactive, MAX_PERSON_ID_LENGTH, MAX_ROLE_FUNCTION_LENGTH, Person, key};
use crate::access::change::AccessChange;
use crate::access::licence::LicenceType;
use crate::credentials::change::CredentialChange;
use crate::kernel::ids::{ContactId, PersonId, PlaceId};
use crate::kernel::input;
use crate::kernel::plan::{CustomerEdit, Plan, Stamp};
use crate::kernel::rejection::{Rejection, RejectionKind};
use crate::persons::change::PersonChange;
use crate::persons::event::PersonEvent;

/// Input for a new or changed person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonDraft {
    /// Person id; `None` to generate one.
    pub person_id: Option<String>,
    /// The name.
    pub name: String,
    /// The known address.
    pub email: Option<String>,
    /// Licence.
    pub licence: Option<LicenceType>,
    /// Whether the person is active.
    pub active: bool,
    /// Whether the person may use the mobile client.
    pub mobile_user: bool,
    /// Default place. It is added to `places` automatically.
    pub default_place: Option<PlaceId>,
    /// Places whose data the person can see.
    pub places: Vec<PlaceId>,
    /// Role functions beyond the licence.
    pub role_functions: Vec<String>,
    /// The contact that describes the person.
    pub contact_id: Option<ContactId>,
}

impl From<&Person> for PersonDraft {
    /// Starts with the person's current data.
    fn from(person: &Person) -> Self {
        Self {
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
}

/// Validation error of a person.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PersonError {
    /// The person id is invalid, or could be mistaken for an e-mail address or an id of the hub.
    #[error(
        "`{0}` is no person ID: use 2 to 64 letters without accents, figures, dots, dashes or underscores. Neither an e-mail address nor an id of the hub is a person ID"
    )]
    PersonId(String),
    /// The name is empty or too long.
    #[error("a person needs a name of at most 200 characters")]
    Name,
    /// The e-mail address is invalid.
    #[error("`{0}` is not an e-mail address")]
    Email(String),
    /// The role function's name is invalid.
    #[error("`{0}` is not a role function: use up to 64 capital letters, figures and underscores")]
    RoleFunction(String),
    /// Another person has this person id.
    #[error("the person ID {0} is taken; choose another one")]
    PersonIdTaken(String),
    /// The licence type does not exist.
    #[error("unknown licence type {code}; did you mean {nearest}? Nothing was changed")]
    UnknownLicence {
        /// Licence code as entered.
        code: String,
        /// The most similar licence type.
        nearest: &'static str,
    },
    /// The contact belongs to another customer.
    #[error("the contact {0} belongs to another customer; choose a contact of the same customer")]
    ContactOfSomebodyElse(String),
    /// The person was erased.
    #[error("the person {0} was erased; add the person anew")]
    Erased(String),
    /// The person has a staff account.
    #[error("the person {0} works in the console; remove the staff account first")]
    WorksInConsole(String),
    /// The customer record is not the person's own.
    #[error("the customer record of {0} is about other people, too, and is not erased with one of them")]
    OthersAtCustomer(String),
    /// The person was changed in the meantime.
    #[error("the person {0} was changed in the meantime: check it again")]
    Changed(String),
}

impl Rejection for PersonError {
    fn code(&self) -> &'static str {
        match self {
            Self::PersonId(_) => "invalid_person_id",
            Self::Name => "invalid_name",
            Self::Email(_) => "invalid_email",
            Self::RoleFunction(_) => "invalid_role_function",
            Self::PersonIdTaken(_) => "person_id_taken",
            Self::UnknownLicence { .. } => "unknown_licence_type",
            Self::ContactOfSomebodyElse(_) => "contact_of_somebody_else",
            Self::Erased(_) => "person_erased",
            Self::WorksInConsole(_) => "works_in_console",
            Self::OthersAtCustomer(_) => "others_at_customer",
            Self::Changed(_) => "changed_meanwhile",
        }
    }

    fn kind(&self) -> RejectionKind {
        match self {
            Self::PersonIdTaken(_)
            | Self::Changed(_)
            | Self::Erased(_)
            | Self::WorksInConsole(_)
            | Self::OthersAtCustomer(_) => RejectionKind::Conflict,
            _ => RejectionKind::Invalid,
        }
    }
}

/// Creates a person of a customer.
pub fn create(
    wanted: PersonDraft,
    mut customer: CustomerEdit<'_>,
    stamp: Stamp<'_>,
) -> Result<(Person, Plan), PersonError> {
    let wanted = checked(wanted)?;
    let id: PersonId = stamp.id();
    let person = Person {
        email_chosen: false,
        id,
        person_id: wanted.person_id.unwrap_or_else(|| super::short_id(id.0)),
        customer_id: customer.customer.id,
        name: wanted.name,
        email: wanted.email,
        licence: wanted.licence,
        mobile_user: wanted.mobile_user,
        default_place: wanted.default_place,
        places: wanted.places,
        role_functions: wanted.role_functions,
        contact_id: wanted.contact_id,
        inactive: (!wanted.active).then(|| Inactive { since: stamp.now, why: "staff".to_owned() }),
        version: 1,
        created_at: stamp.now,
    };
    customer.note(PersonEvent::PersonAdded {
        person_id: person.person_id.clone(),
        name: (&person.name).into(),
        licence: person.licence,
    });
    customer.push(AccessChange::ForgetRefusedLicence { person_key: key(&person.person_id) }, "the person exists now");
    customer.push(PersonChange::Create(Box::new(person.clone())), "a person who signs in");
    Ok((person, customer.finish()))
}

/// Changes a person. Deactivating a person ends all their sessions (`P04`).
pub fn change(
    before: &Person,
    wanted: PersonDraft,
    mut customer: CustomerEdit<'_>,
    stamp: Stamp<'_>,
) -> Result<(Person, Plan), PersonError> {
    if before.is_erased() {
        return Err(PersonError::Erased(before.person_id.clone()));
    }
    let wanted = checked(wanted)?;
    let inactive = match (&before.inactive, wanted.active) {
        (_, true) => None,
        (Some(inactive), false) => Some(inactive.clone()),
        (None, false) => Some(Inactive { since: stamp.now, why: "staff".to_owned() }),
    };
    let after = Person {
        person_id: wanted.person_id.unwrap_or_else(|| before.person_id.clone()),
        name: wanted.name,
        email_chosen: before.email_chosen && wanted.email == before.email,
        email: wanted.email,
        licence: wanted.licence,
        mobile_user: wanted.mobile_user,
        default_place: wanted.default_place,
        places: wanted.places,
        role_functions: wanted.role_functions,
        contact_id: wanted.contact_id,
        inactive,
        ..before.clone()
    };
    if after == *before {
        return Ok((after, Plan::default()));
    }
    let (person_id, changes) = (after.person_id.clone(), differences(before, &after));
    if !changes.is_empty() {
        customer.note(PersonEvent::PersonChanged { person_id: person_id.clone(), changes });
    }
    match (&before.inactive, &after.inactive) {
        (None, Some(_)) => {
            customer.note(PersonEvent::PersonDeactivated { person_id: person_id.clone() });
            customer.push(
                CredentialChange::EndSessions { person: after.id, except: None },
                "who is inactive is signed out",
            );
        }
        (Some(_), None) => customer.note(PersonEvent::PersonReactivated { person_id: person_id.clone() }),
        _ => {}
    }
    customer.push(AccessChange::ForgetRefusedLicence { person_key: key(&person_id) }, "the person was changed");
    customer.push(PersonChange::Update(Box::new(after.clone())), "the person changes");
    Ok((after, customer.finish()))
}

/// A changed field of a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "field", rename_all = "snake_case")]
pub enum PersonDifference {
    /// Person id.
    PersonId {
        /// Before.
        from: String,
        /// Now.
        to: String,
    },
    /// Licence.
    Licence {
        /// Before.
        from: Option<LicenceType>,
        /// Now.
        to: Option<LicenceType>,
    },
    /// Name.
    Name,
    /// E-mail address.
    Email,
    /// Permission to use the mobile client.
    MobileUser,
    /// Default place.
    DefaultPlace,
    /// Places.
    Places,
    /// Role functions.
    RoleFunctions,
    /// Contact.
    Contact,
}

/// The changed fields for the timeline. Only person ids and licences include their values, not places or addresses.
fn differences(before: &Person, after: &Person) -> Vec<PersonDifference> {
    let mut changes = Vec::new();
    if before.person_id != after.person_id {
        changes.push(PersonDifference::PersonId { from: before.person_id.clone(), to: after.person_id.clone() });
    }
    if before.licence != after.licence {
        changes.push(PersonDifference::Licence { from: before.licence, to: after.licence });
    }
    let others = [
        (PersonDifference::Name, before.name != after.name),
        (PersonDifference::Email, before.email != after.email),
        (PersonDifference::MobileUser, before.mobile_user != after.mobile_user),
        (PersonDifference::DefaultPlace, before.default_place != after.default_place),
        (PersonDifference::Places, before.places != after.places),
        (PersonDifference::RoleFunctions, before.role_functions != after.role_functions),
        (PersonDifference::Contact, before.contact_id != after.contact_id),
    ];
    changes.extend(others.into_iter().filter(|(_, changed)| *changed).map(|(what, _)| what));
    changes
}

/// Validates and normalises the input: the default place is one of the places, and there are no duplicates.
fn checked(mut wanted: PersonDraft) -> Result<PersonDraft, PersonError> {
    wanted.name = input::name(&wanted.name).map_err(|_| PersonError::Name)?;
    if let Some(person_id) = &mut wanted.person_id {
        *person_id = person_id.trim().to_owned();
        // Non-ASCII letters can look like ASCII ones, and an id of the hub would identify another person.
        let fits = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '.' | '-' | '_');
        let names = |letter: char| letter.is_ascii_alphanumeric();
        let fit = (2..=MAX_PERSON_ID_LENGTH).contains(&person_id.len())
            && person_id.chars().all(fits)
            && person_id.contains(names);
        if !fit || Uuid::try_parse(person_id).is_ok() {
            return Err(PersonError::PersonId(person_id.chars().take(80).collect()));
        }
    }
    let email = wanted.email.take().filter(|email| input::line(email, usize::MAX).is_ok());
    wanted.email = match email.map(|email| input::email(&email).ok_or(email)).transpose() {
        Ok(email) => email,
        Err(email) => return Err(PersonError::Email(email.trim().chars().take(80).collect())),
    };
    for function in &mut wanted.role_functions {
        *function = function.trim().to_uppercase();
        let fits = |letter: char| letter.is_ascii_uppercase() || letter.is_ascii_digit() || letter == '_';
        if function.is_empty() || function.len() > MAX_ROLE_FUNCTION_LENGTH || !function.chars().all(fits) {
            return Err(PersonError::RoleFunction(function.chars().take(80).collect()));
        }
    }
    wanted.role_functions.sort();
    wanted.role_functions.dedup();
    wanted.places.extend(wanted.default_place);
    wanted.places.sort();
    wanted.places.dedup();
    Ok(wanted)
}
