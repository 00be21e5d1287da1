//! Adding and removing a customer's sign-ins (`A23`).

use crate::access::licence::LicenceType;
use crate::credentials;
use crate::credentials::change::{CredentialChange, IdentityChange};
use crate::credentials::event::CredentialEvent;
use crate::credentials::jobs::MailSignInChanged;
use crate::kernel::customer::event::CustomerEvent;
use crate::kernel::customer::{Customer, EndReason, Evidence, Identity, Link, Origin, SignIn};
use crate::kernel::ids::{CustomerId, IdentityId, PersonId};
use crate::kernel::job::change::JobChange;
use crate::kernel::plan::{CustomerEdit, Plan, Stamp};
use crate::kernel::record::change::RecordChange;
use crate::kernel::record::{Attributes, Kind, Observation, RecordKey, User};
use crate::kernel::rejection::{Rejection, RejectionKind};
use crate::persons::Person;
use crate::persons::change::PersonChange;

/// Reason why a customer's sign-ins cannot be changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum IdentityError {
    /// The customer already has this sign-in.
    #[error("this sign-in is one of yours already")]
    AlreadyYours,
    /// The sign-in belongs to another customer.
    #[error("this sign-in belongs to another customer record; sign in with it to see which, or choose another one")]
    OtherCustomer,
    /// It is the customer's last sign-in.
    #[error("this is your only sign-in method; add another one before you remove it")]
    Last,
    /// The customer does not have this sign-in.
    #[error("you have no such sign-in method")]
    Unknown,
    /// The person is deactivated.
    #[error("this access was switched off; contact us if it is still needed")]
    AccessEnded,
}

impl Rejection for IdentityError {
    fn code(&self) -> &'static str {
        match self {
            Self::AlreadyYours => "identity_already_yours",
            Self::OtherCustomer => "other_account_linked",
            Self::Last => "last_identity",
            Self::Unknown => "not_found",
            Self::AccessEnded => "access_ended",
        }
    }

    fn kind(&self) -> RejectionKind {
        match self {
            Self::AlreadyYours | Self::OtherCustomer | Self::Last => RejectionKind::Conflict,
            Self::Unknown => RejectionKind::NotFound,
            Self::AccessEnded => RejectionKind::Forbidden,
        }
    }
}

/// A customer with its identities and the requesting session.
#[derive(Debug)]
pub struct CustomerIdentities<'a> {
    /// The customer.
    pub customer: Customer,
    /// The customer's identities, oldest first.
    pub identities: &'a [Identity],
    /// SHA-256 of the token of the requesting session, which is kept. `None` if the request comes from no portal
    /// session.
    pub session: Option<[u8; 32]>,
}

/// Adds a sign-in to a customer. It must not belong to any customer.
pub fn add(
    household: CustomerIdentities<'_>,
    sign_in: &SignIn,
    owner: Option<CustomerId>,
    stamp: Stamp<'_>,
) -> Result<Plan, IdentityError> {
    let CustomerIdentities { customer, identities, session } = household;
    match owner {
        Some(owner) if owner == customer.id => return Err(IdentityError::AlreadyYours),
        Some(_) => return Err(IdentityError::OtherCustomer),
        None => {}
    }
    // A sign-in that was unlinked in the meantime may not act for the customer.
    let person = identities.first().ok_or(IdentityError::Unknown)?.person_id;
    let mut draft = CustomerEdit::of(customer, stamp);
    let (provider, shown_as) = (sign_in.provider.clone(), sign_in.masked());
    draft.note(CredentialEvent::IdentityAdded { provider, shown_as: (&shown_as).into() });
    introduce(&mut draft, sign_in, person, Origin::Customer, stamp);
    tell(&mut draft, person, true, shown_as, session, stamp);
    Ok(draft.finish())
}

/// Removes one of several sign-ins of a customer.
pub fn remove(
    household: CustomerIdentities<'_>,
    id: IdentityId,
    link: Option<&Link>,
    stamp: Stamp<'_>,
) -> Result<Plan, IdentityError> {
    let CustomerIdentities { customer, identities, session } = household;
    let identity = identities.iter().find(|identity| identity.id == id).ok_or(IdentityError::Unknown)?;
    if identities.len() < 2 {
        return Err(IdentityError::Last);
    }
    let mut draft = CustomerEdit::of(customer, stamp);
    let (provider, shown_as) = (identity.sign_in.provider.clone(), identity.sign_in.masked());
    draft.note(CredentialEvent::IdentityRemoved { provider, shown_as: (&shown_as).into() });
    if let Some(link) = link {
        draft.note(CustomerEvent::Unlinked { record: link.record.clone(), why: EndReason::Removed });
        draft.end_link(link, EndReason::Removed);
    }
    if credentials::person_of(&identity.sign_in.identity).is_some() {
        draft.push(CredentialChange::Forget(identity.person_id), "the password goes with it");
    }
    tell(&mut draft, identity.person_id, false, shown_as, session, stamp);
    draft.push(IdentityChange::RemoveSpare(id), "the customer removes it, and keeps another");
    Ok(draft.finish())
}

/// Key of the record that represents a sign-in.
pub fn record_of(sign_in: &SignIn) -> RecordKey {
    RecordKey::new(&sign_in.provider, Kind::User, &sign_in.identity.subject)
}

/// A sign-in's claims as record attributes.
pub fn attributes_of(sign_in: &SignIn) -> Attributes {
    Attributes::User(User {
        issuer: sign_in.identity.issuer.clone(),
        email: sign_in.email.clone(),
        email_verified: sign_in.email_verified,
        name: sign_in.name.clone(),
    })
}

/// Adds a person to the customer, at its home place.
pub(crate) fn new_person(
    draft: &mut CustomerEdit<'_>,
    name: &str,
    licence: Option<LicenceType>,
    stamp: Stamp<'_>,
) -> PersonId {
    let mut person = Person::at_home(stamp.id(), draft.customer.id, name, licence, stamp.now);
    person.email.clone_from(&draft.customer.email);
    let id = person.id;
    draft.push(PersonChange::Create(Box::new(person)), "this person signs in for the customer");
    id
}

/// Adds a sign-in to the customer: its record, the link with evidence, and the identity.
pub(crate) fn introduce(
    draft: &mut CustomerEdit<'_>,
    sign_in: &SignIn,
    person: PersonId,
    origin: Origin,
    stamp: Stamp<'_>,
) {
    let seen = Observation {
        key: record_of(sign_in),
        attributes: attributes_of(sign_in),
        raw: serde_json::Value::Null,
        updated_at: None,
        read_at: stamp.reading,
    };
    draft.push(RecordChange::Put(Box::new(seen)), "the account as the identity provider sent it");
    let evidence = Evidence::SignIn {
        issuer: sign_in.identity.issuer.clone(),
        email: sign_in.email.clone(),
        email_verified: sign_in.email_verified,
    };
    draft.link(record_of(sign_in), origin, evidence);
    let identity = Identity {
        id: stamp.id(),
        person_id: person,
        customer_id: draft.customer.id,
        sign_in: sign_in.clone(),
        created_at: stamp.now,
        last_used_at: None,
    };
    draft.push(IdentityChange::Create(Box::new(identity)), "the sign-in belongs to this customer");
}

fn tell(
    draft: &mut CustomerEdit<'_>,
    person: PersonId,
    added: bool,
    sign_in: String,
    session: Option<[u8; 32]>,
    stamp: Stamp<'_>,
) {
    let customer_id = draft.customer.id;
    let ended = CredentialChange::EndSessions { person, except: session };
    draft.push(ended, "whoever else is signed in has to sign in anew");
    let person_id = Some(person);
    let notice = stamp.job(MailSignInChanged { customer_id, person_id, added, sign_in, at: stamp.now });
    draft.push(JobChange::Enqueue(notice), "the known address hears of every change of sign-ins");
}
