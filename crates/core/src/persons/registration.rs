//! Self-registration (`P12`): an applicant enters their data and confirms their address, which creates an inactive
//! person. Staff approve or reject it.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::access::licence::LicenceType;
use crate::credentials::change::CredentialChange;
use crate::kernel::customer::Customer;
use crate::kernel::ids::{ContactId, CustomerId, OneTimeLinkId, PersonId, PlaceId, RegistrationId};
use crate::kernel::input;
use crate::kernel::job::change::JobChange;
use crate::kernel::plan::{CustomerEdit, Plan, Stamp};
use crate::kernel::unicode::as_seen;
use crate::persons::change::{PersonChange, RegistrationChange};
use crate::persons::event::PersonEvent;
use crate::persons::jobs::{MailRegistration, MailRegistrationDecided};
use crate::persons::{Inactive, Person, short_id};

pub use super::registration_error::RegistrationError;

/// Lifetime of the confirmation link.
pub const CONFIRM_WITHIN: SignedDuration = SignedDuration::from_hours(48);
/// Reason code of a person who is inactive until staff approve the registration.
pub const AWAITING: &str = "awaiting_approval";
/// Maximum length of an applicant's message, in characters.
const MAX_MESSAGE_LENGTH: usize = 1000;
/// Reason code of a person who is inactive because staff rejected the registration.
pub const REFUSED: &str = "registration_refused";

/// A registration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Registration {
    /// The registration's id.
    pub id: RegistrationId,
    /// The name, as entered.
    pub name: String,
    /// The address, as entered.
    pub email: String,
    /// The applicant's message: their organisation and what they need.
    pub message: Option<String>,
    /// Whether it is a sign-up in the storefront, which needs no decision: it gives no licence.
    pub for_shop: bool,
    /// SHA-256 of the confirmation link's token.
    pub token_hash: [u8; 32],
    /// Time of registration.
    pub created_at: Timestamp,
    /// Expiry of the confirmation link.
    pub expires_at: Timestamp,
    /// Current state.
    pub state: RegistrationState,
    /// The inactive person, created when the address is confirmed.
    pub person: Option<PersonId>,
    /// Actor who decided.
    pub decided_by: Option<String>,
    /// Time of the decision.
    pub decided_at: Option<Timestamp>,
    /// Reason for the rejection.
    pub reason: Option<String>,
}

/// State of a registration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RegistrationState {
    /// The address is not confirmed yet.
    Unconfirmed,
    /// Waiting for a decision by staff.
    Waiting,
    /// Approved.
    Approved,
    /// Rejected.
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

/// Form input of an applicant.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Application {
    /// The name.
    pub name: String,
    /// The address.
    pub email: String,
    /// The applicant's message: their organisation and what they need.
    pub message: String,
    /// Whether it is a sign-up in the storefront.
    pub for_shop: bool,
}

/// Stores a registration. The result does not depend on whether the address is known; only the e-mail does.
pub fn apply(
    application: &Application,
    id: RegistrationId,
    token_hash: [u8; 32],
    stamp: Stamp<'_>,
) -> Result<Plan, RegistrationError> {
    let message = input::optional_text(application.message.trim(), MAX_MESSAGE_LENGTH);
    let message = message.map_err(|_| RegistrationError::Message)?;
    let name = input::name(&application.name).map_err(|_| RegistrationError::Name)?;
    // The page of the confirmation link shows the name to the owner of the address, who may be someone else. Legal
    // names have slashes and colons, but no addresses.
    if name.chars().count() > 80 || holds_address(&name) {
        return Err(RegistrationError::Name);
    }
    let email = input::email(&application.email).ok_or(RegistrationError::Email)?;
    let registration = Registration {
        id,
        name,
        email,
        message,
        for_shop: application.for_shop,
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

/// Whether a name holds an e-mail or web address, as people see it: in capitals and wide letters too.
fn holds_address(name: &str) -> bool {
    let seen = as_seen(name).to_lowercase();
    ["@", "://", "www."].iter().any(|mark| seen.contains(mark))
}

/// Confirms the address and creates an inactive person, who waits for approval. `house` is the operating company, to
/// whom the person belongs until staff choose a customer.
pub fn confirm(
    registration: &Registration,
    mut house: CustomerEdit<'_>,
    stamp: Stamp<'_>,
) -> Result<Plan, RegistrationError> {
    if !registration.is_confirmable(stamp.now) || registration.for_shop {
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
    house.note(PersonEvent::Registered { person_id: person.person_id.clone(), name: (&person.name).into() });
    let after = Registration { state: RegistrationState::Waiting, person: Some(id), ..registration.clone() };
    let from = RegistrationState::Unconfirmed;
    house.push(RegistrationChange::Update { registration: Box::new(after), from }, "the address is proved");
    house.push(PersonChange::Create(Box::new(person)), "a registered person is inactive until staff approve");
    Ok(house.finish())
}

/// Confirms the address of a sign-up in the storefront, and creates a person who may sign in and buy. Without a licence,
/// no portal lets them in. `link` is the link to set a password: its id and the hash of its token.
pub fn confirm_sign_up(
    registration: &Registration,
    (link, token_hash): (OneTimeLinkId, [u8; 32]),
    mut house: CustomerEdit<'_>,
    stamp: Stamp<'_>,
) -> Result<Plan, RegistrationError> {
    if !registration.is_confirmable(stamp.now) || !registration.for_shop {
        return Err(RegistrationError::Late);
    }
    let id: PersonId = stamp.id();
    let person = Person {
        email_chosen: true,
        email: Some(registration.email.clone()),
        default_place: None,
        places: Vec::new(),
        ..Person::at_home(id, house.customer.id, &registration.name, None, stamp.now)
    };
    house.note(PersonEvent::SignedUp { person_id: person.person_id.clone(), name: (&person.name).into() });
    let after = Registration {
        state: RegistrationState::Approved,
        person: Some(id),
        decided_by: Some(stamp.actor.to_string()),
        decided_at: Some(stamp.now),
        ..registration.clone()
    };
    let link = crate::credentials::OneTimeLink {
        id: link,
        person: id,
        person_version: person.version,
        email: registration.email.clone(),
        token_hash,
        created_at: stamp.now,
        created_by: stamp.actor.to_string(),
        expires_at: stamp.now + crate::credentials::OneTimeLink::SENT_LIFETIME,
        used_at: None,
        revoked_at: None,
    };
    let from = RegistrationState::Unconfirmed;
    house.push(RegistrationChange::Update { registration: Box::new(after), from }, "the address is proved");
    house.push(PersonChange::Create(Box::new(person)), "whoever signs up may buy");
    house.push(CredentialChange::CreateOneTimeLink(Box::new(link)), "the person chooses a password");
    Ok(house.finish())
}

impl Registration {
    /// Whether the address can be confirmed.
    pub fn is_confirmable(&self, now: Timestamp) -> bool {
        self.state == RegistrationState::Unconfirmed && now < self.expires_at
    }
}

/// Data that staff enter with an approval.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Approval {
    /// Licence.
    pub licence: LicenceType,
    /// The person's place. Its owner becomes the person's customer.
    pub place: Option<PlaceId>,
    /// The owner of the place.
    pub customer: CustomerId,
    /// The contact that describes the person.
    pub contact: Option<ContactId>,
    /// The link to set a password: its id and the hash of its token.
    pub link: (OneTimeLinkId, [u8; 32]),
}

/// Approves a registration. `customer` is the owner of the place.
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
    draft.note(PersonEvent::RegistrationApproved { person_id, name: (&after.name).into(), licence: approval.licence });
    let (id, token_hash) = approval.link;
    let link = crate::credentials::OneTimeLink {
        id,
        person: after.id,
        // The same plan updates the person, which increments the version.
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

/// Rejects a registration with a reason, which is shown to the applicant. `customer` is the inactive person's customer.
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
    let reason = input::text(reason.trim(), usize::MAX).map_err(|_| RegistrationError::Reason)?;
    let reason: String = reason.chars().take(500).collect();
    let mut draft = CustomerEdit::of(customer, stamp);
    let (person_id, name) = (person.person_id.clone(), person.name.clone());
    draft.note(PersonEvent::RegistrationRefused { person_id, name: name.into(), reason: (&reason).into() });
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
