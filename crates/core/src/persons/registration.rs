//! Self-registration (`P12`): somebody asks to be let in, proves their address, becomes an inactive person, and staff approve or refuse.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::access::licence::LicenceType;
use crate::credentials::change::CredentialChange;
use crate::kernel::customer::Customer;
use crate::kernel::ids::{ContactId, CustomerId, OneTimeLinkId, PersonId, PlaceId, RegistrationId};
use crate::kernel::input;
use crate::kernel::job::change::JobChange;
use crate::kernel::normalise;
use crate::kernel::plan::{CustomerEdit, Plan, Stamp};
use crate::kernel::timeline::Event;
use crate::persons::change::{PersonChange, RegistrationChange};
use crate::persons::jobs::{MailRegistration, MailRegistrationDecided};
use crate::persons::{Inactive, Person, short_id};

pub use super::registration_error::RegistrationError;

/// How long the link that proves the address works.
pub const CONFIRM_WITHIN: SignedDuration = SignedDuration::from_hours(48);
/// Why a person made by a registration is inactive at first.
pub const AWAITING: &str = "awaiting_approval";
/// Why a person is inactive whose registration was refused.
pub const REFUSED: &str = "registration_refused";

/// Somebody who asks to be let in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Registration {
    /// Its id.
    pub id: RegistrationId,
    /// The name, as entered.
    pub name: String,
    /// The address, as entered.
    pub email: String,
    /// Whom they belong to and what they need, in their own words.
    pub message: Option<String>,
    /// SHA-256 of the token that proves the address.
    pub token_hash: [u8; 32],
    /// When.
    pub created_at: Timestamp,
    /// Until when the address may be proved.
    pub expires_at: Timestamp,
    /// How far it is.
    pub state: RegistrationState,
    /// The inactive person, once the address is proved.
    pub person: Option<PersonId>,
    /// Who decided.
    pub decided_by: Option<String>,
    /// When.
    pub decided_at: Option<Timestamp>,
    /// Why it was refused.
    pub reason: Option<String>,
}

/// How far a registration is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RegistrationState {
    /// The address is not proved yet.
    Unconfirmed,
    /// Staff have to decide.
    Waiting,
    /// Approved.
    Approved,
    /// Refused.
    Refused,
}

impl RegistrationState {
    /// The name in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unconfirmed => "unconfirmed",
            Self::Waiting => "waiting",
            Self::Approved => "approved",
            Self::Refused => "refused",
        }
    }

    /// Reads the name back.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Unconfirmed, Self::Waiting, Self::Approved, Self::Refused].into_iter().find(|it| it.as_str() == text)
    }
}

/// What somebody entered to register.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Application {
    /// The name.
    pub name: String,
    /// The address.
    pub email: String,
    /// Whom they belong to and what they need.
    pub message: String,
}

/// Takes a registration. Whether the address is known makes no difference here: the mail does.
pub fn apply(
    application: &Application,
    id: RegistrationId,
    token_hash: [u8; 32],
    stamp: Stamp<'_>,
) -> Result<Plan, RegistrationError> {
    let message = application.message.trim();
    let name = input::name(&application.name).map_err(|_| RegistrationError::Name)?;
    // The mail greets an address that nobody has proved yet: it must not carry somebody's message there.
    if name.chars().count() > 80 || name.contains(['/', ':', '@']) || name.contains("www.") {
        return Err(RegistrationError::Name);
    }
    if normalise::deliverable(&application.email).is_none() {
        return Err(RegistrationError::Email);
    }
    if message.chars().count() > 1000 {
        return Err(RegistrationError::Message);
    }
    let registration = Registration {
        id,
        name,
        email: application.email.trim().to_owned(),
        message: Some(message.to_owned()).filter(|message| !message.is_empty()),
        token_hash,
        created_at: stamp.now,
        expires_at: stamp.now + CONFIRM_WITHIN,
        state: RegistrationState::Unconfirmed,
        person: None,
        decided_by: None,
        decided_at: None,
        reason: None,
    };
    let mut plan = Plan::default();
    plan.push(RegistrationChange::Create(Box::new(registration)), "a person asks for access");
    let mail = stamp.job(MailRegistration { registration_id: id });
    plan.push(JobChange::Enqueue(mail), "the address has to be proved");
    Ok(plan)
}

/// The address is proved: an inactive person comes to be, and staff decide. `house` is the operating company, whose the person is until
/// somebody says whose they are.
pub fn confirm(
    registration: &Registration,
    mut house: CustomerEdit<'_>,
    stamp: Stamp<'_>,
) -> Result<Plan, RegistrationError> {
    if registration.state != RegistrationState::Unconfirmed || stamp.now >= registration.expires_at {
        return Err(RegistrationError::Late);
    }
    let id: PersonId = stamp.id();
    let person = Person {
        email_chosen: false,
        person_id: short_id(id.0),
        email: Some(registration.email.clone()),
        default_place: None,
        places: Vec::new(),
        inactive: Some(Inactive { since: stamp.now, why: AWAITING.to_owned() }),
        ..Person::at_home(id, house.customer.id, &registration.name, None, stamp.now)
    };
    house.note(&Event::Registered { person_id: person.person_id.clone(), name: (&person.name).into() });
    let after = Registration { state: RegistrationState::Waiting, person: Some(id), ..registration.clone() };
    let from = RegistrationState::Unconfirmed;
    house.push(RegistrationChange::Update { registration: Box::new(after), from }, "the address is proved");
    house.push(PersonChange::Create(Box::new(person)), "a registered person is inactive until staff approve");
    Ok(house.finish())
}

/// What staff give somebody they let in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Approval {
    /// What they may use.
    pub licence: LicenceType,
    /// The place they are at; its owner becomes their customer.
    pub place: Option<PlaceId>,
    /// Whose the place is.
    pub customer: CustomerId,
    /// The contact they are.
    pub contact: Option<ContactId>,
    /// The link to set a password that they are sent: its id and its token's hash.
    pub link: (OneTimeLinkId, [u8; 32]),
}

/// Lets somebody in. `customer` is whose the place is.
pub fn approve(
    registration: &Registration,
    person: &Person,
    approval: Approval,
    customer: Customer,
    stamp: Stamp<'_>,
) -> Result<Plan, RegistrationError> {
    if registration.state != RegistrationState::Waiting {
        return Err(RegistrationError::Decided);
    }
    let mut draft = CustomerEdit::of(customer, stamp);
    let after = Person {
        customer_id: approval.customer,
        licence: Some(approval.licence),
        default_place: approval.place,
        places: approval.place.into_iter().collect(),
        contact_id: approval.contact,
        inactive: None,
        ..person.clone()
    };
    let person_id = after.person_id.clone();
    draft.note(&Event::RegistrationApproved { person_id, name: (&after.name).into(), licence: approval.licence });
    let (id, token_hash) = approval.link;
    let link = crate::credentials::OneTimeLink {
        id,
        person: after.id,
        // The person changes in this very plan.
        person_version: after.version + 1,
        email: registration.email.clone(),
        token_hash,
        created_at: stamp.now,
        created_by: stamp.actor.to_string(),
        expires_at: stamp.now + crate::credentials::OneTimeLink::SENT_LIFETIME,
        used_at: None,
        revoked_at: None,
    };
    draft.push(PersonChange::Move { person: after.id, to: after.customer_id }, "whose the person is, is known now");
    draft.push(PersonChange::Update(Box::new(after)), "the person may sign in");
    draft.push(decided(registration, RegistrationState::Approved, None, stamp), "somebody decided");
    draft.push(CredentialChange::CreateOneTimeLink(Box::new(link)), "the person chooses a password");
    let mail = stamp.job(MailRegistrationDecided { registration_id: registration.id, link_id: Some(id) });
    draft.push(JobChange::Enqueue(mail), "the applicant hears of it");
    Ok(draft.finish())
}

/// Refuses somebody, with a reason that they read. `customer` is whose the inactive person is.
pub fn refuse(
    registration: &Registration,
    person: &Person,
    reason: &str,
    customer: Customer,
    stamp: Stamp<'_>,
) -> Result<Plan, RegistrationError> {
    if registration.state != RegistrationState::Waiting {
        return Err(RegistrationError::Decided);
    }
    let reason: String = reason.trim().chars().take(500).collect();
    if reason.is_empty() {
        return Err(RegistrationError::Reason);
    }
    let mut draft = CustomerEdit::of(customer, stamp);
    let (person_id, name) = (person.person_id.clone(), person.name.clone());
    draft.note(&Event::RegistrationRefused { person_id, name: name.into(), reason: (&reason).into() });
    let inactive = Some(Inactive { since: stamp.now, why: REFUSED.to_owned() });
    draft.push(PersonChange::Update(Box::new(Person { inactive, ..person.clone() })), "the person stays outside");
    draft.push(decided(registration, RegistrationState::Refused, Some(reason), stamp), "somebody decided");
    let mail = stamp.job(MailRegistrationDecided { registration_id: registration.id, link_id: None });
    draft.push(JobChange::Enqueue(mail), "the applicant hears of it");
    Ok(draft.finish())
}

fn decided(
    before: &Registration,
    state: RegistrationState,
    reason: Option<String>,
    stamp: Stamp<'_>,
) -> RegistrationChange {
    let after = Registration {
        state,
        reason,
        decided_by: Some(stamp.actor.to_string()),
        decided_at: Some(stamp.now),
        ..before.clone()
    };
    RegistrationChange::Update { registration: Box::new(after), from: RegistrationState::Waiting }
}
