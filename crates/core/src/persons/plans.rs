//! Making and changing persons.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Inactive, Person, key};
use crate::access::change::AccessChange;
use crate::access::licence::LicenceType;
use crate::credentials::change::CredentialChange;
use crate::kernel::ids::{ContactId, PersonId, PlaceId};
use crate::kernel::input;
use crate::kernel::normalise;
use crate::kernel::plan::{CustomerEdit, Plan, Stamp};
use crate::kernel::rejection::{Rejection, RejectionKind};
use crate::kernel::timeline::Event;
use crate::persons::change::PersonChange;

/// What somebody wants a person to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonDraft {
    /// What they sign in with; none: one is made.
    pub person_id: Option<String>,
    /// The name.
    pub name: String,
    /// The known address.
    pub email: Option<String>,
    /// What they may use.
    pub licence: Option<LicenceType>,
    /// Whether they may sign in.
    pub active: bool,
    /// Whether the mobile client is for them too.
    pub mobile_user: bool,
    /// Where they are when they do not say otherwise. It is taken among the places by itself.
    pub default_place: Option<PlaceId>,
    /// The places whose data they see.
    pub places: Vec<PlaceId>,
    /// What they may do beyond their licence.
    pub role_functions: Vec<String>,
    /// The contact they are.
    pub contact_id: Option<ContactId>,
}

impl From<&Person> for PersonDraft {
    /// The person as they are, to change some fields of.
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

/// Why a person cannot be as wanted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PersonError {
    /// It could not be typed, or be told from an address.
    #[error(
        "`{0}` is no person id: use 2 to 64 letters without accents, figures, dots, dashes or underscores. Neither an e-mail address nor an id of the hub is a person id"
    )]
    PersonId(String),
    /// Without a name nobody knows who it is.
    #[error("a person needs a name of at most 200 characters")]
    Name,
    /// Mail would never arrive.
    #[error("`{0}` is no e-mail address")]
    Email(String),
    /// It could not be listed or asked for.
    #[error("`{0}` is no role function: use up to 64 capital letters, figures and underscores")]
    RoleFunction(String),
    /// Somebody else is called that.
    #[error("the person id {0} is taken; choose another one")]
    PersonIdTaken(String),
    /// There is no such licence type.
    #[error("unknown licence type {code}; did you mean {nearest}? Nothing was changed")]
    UnknownLicence {
        /// As entered.
        code: String,
        /// What it is most like.
        nearest: &'static str,
    },
    /// Somebody was faster.
    #[error("the person {0} was changed meanwhile: look at it again")]
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
            Self::Changed(_) => "changed_meanwhile",
        }
    }

    fn kind(&self) -> RejectionKind {
        match self {
            Self::PersonIdTaken(_) | Self::Changed(_) => RejectionKind::Conflict,
            _ => RejectionKind::Invalid,
        }
    }
}

/// A new person of a customer.
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
    customer.note(&Event::PersonAdded {
        person_id: person.person_id.clone(),
        name: (&person.name).into(),
        licence: person.licence,
    });
    customer.push(AccessChange::ForgetRefusedLicence { person_key: key(&person.person_id) }, "the person exists now");
    customer.push(PersonChange::Create(Box::new(person.clone())), "a person who signs in");
    Ok((person, customer.finish()))
}

/// A person becomes as wanted. Whoever becomes inactive is signed out everywhere at once (`P04`).
pub fn change(
    before: &Person,
    wanted: PersonDraft,
    mut customer: CustomerEdit<'_>,
    stamp: Stamp<'_>,
) -> Result<(Person, Plan), PersonError> {
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
        customer.note(&Event::PersonChanged { person_id: person_id.clone(), changes });
    }
    match (&before.inactive, &after.inactive) {
        (None, Some(_)) => {
            customer.note(&Event::PersonDeactivated { person_id: person_id.clone() });
            customer.push(
                CredentialChange::EndSessions { person: after.id, except: None },
                "who is inactive is signed out",
            );
        }
        (Some(_), None) => customer.note(&Event::PersonReactivated { person_id: person_id.clone() }),
        _ => {}
    }
    customer.push(AccessChange::ForgetRefusedLicence { person_key: key(&person_id) }, "the person was changed");
    customer.push(PersonChange::Update(Box::new(after.clone())), "the person changes");
    Ok((after, customer.finish()))
}

/// Something that changed about a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "field", rename_all = "snake_case")]
pub enum PersonDifference {
    /// What they sign in with.
    PersonId {
        /// Before.
        from: String,
        /// Now.
        to: String,
    },
    /// What they may use.
    Licence {
        /// Before.
        from: Option<LicenceType>,
        /// Now.
        to: Option<LicenceType>,
    },
    /// What they are called.
    Name,
    /// Where they are reached.
    Email,
    /// Whether they work with the app.
    MobileUser,
    /// The place they begin at.
    DefaultPlace,
    /// The places they see.
    Places,
    /// What they may do.
    RoleFunctions,
    /// The contact they are.
    Contact,
}

/// What is told of a change: which things changed, and between which licences; places and addresses are not spelled out.
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

/// The wanted person in order: places once each and with the default among them, role functions once each.
fn checked(mut wanted: PersonDraft) -> Result<PersonDraft, PersonError> {
    wanted.name = input::name(&wanted.name).map_err(|_| PersonError::Name)?;
    if let Some(person_id) = &mut wanted.person_id {
        *person_id = person_id.trim().to_owned();
        // Letters of other scripts look like these, and an id of the hub's own would stand for somebody else.
        let fits = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '.' | '-' | '_');
        let names = |letter: char| letter.is_ascii_alphanumeric();
        let fit = (2..=64).contains(&person_id.len()) && person_id.chars().all(fits) && person_id.contains(names);
        if !fit || Uuid::try_parse(person_id).is_ok() {
            return Err(PersonError::PersonId(person_id.chars().take(80).collect()));
        }
    }
    wanted.email = wanted.email.map(|email| email.trim().to_owned()).filter(|email| !email.is_empty());
    if let Some(email) = wanted.email.as_deref().filter(|email| normalise::email(email).is_none()) {
        return Err(PersonError::Email(email.chars().take(80).collect()));
    }
    for function in &mut wanted.role_functions {
        *function = function.trim().to_uppercase();
        let fits = |letter: char| letter.is_ascii_uppercase() || letter.is_ascii_digit() || letter == '_';
        if function.is_empty() || function.len() > 64 || !function.chars().all(fits) {
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
