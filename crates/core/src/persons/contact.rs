//! Contacts: people without sign-in, kept for information. Sign-in requires a person, which can refer to the contact
//! (`P01`, `P02`).

use jiff::Timestamp;

use crate::kernel::ids::{ContactId, CustomerId, PlaceId};
use crate::kernel::input;
use crate::kernel::normalise;
use crate::kernel::plan::{CustomerEdit, Plan, Stamp};
use crate::kernel::rejection::Rejection;
use crate::kernel::timeline::Event;
use crate::persons::change::ContactChange;

/// A contact of a customer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contact {
    /// The contact's id.
    pub id: ContactId,
    /// The customer it belongs to.
    pub customer_id: CustomerId,
    /// The name.
    pub name: String,
    /// The address, as entered.
    pub email: Option<String>,
    /// The telephone number, as entered.
    pub phone: Option<String>,
    /// The contact's place.
    pub place_id: Option<PlaceId>,
    /// Version for optimistic locking.
    pub version: i64,
    /// Time of creation.
    pub created_at: Timestamp,
}

/// Input for a new or changed contact.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ContactDraft {
    /// The name.
    pub name: String,
    /// The address.
    pub email: Option<String>,
    /// The telephone number.
    pub phone: Option<String>,
    /// The contact's place.
    pub place_id: Option<PlaceId>,
}

/// Validation error of a contact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ContactError {
    /// The name is empty or too long.
    #[error("A contact needs a name of at most 200 characters.")]
    Name,
    /// The e-mail address is invalid.
    #[error("That is no e-mail address. Write one like name@example.com.")]
    Email,
}

impl Rejection for ContactError {
    fn code(&self) -> &'static str {
        match self {
            Self::Name => "contact_name",
            Self::Email => "contact_email",
        }
    }
}

/// Creates a contact of a customer.
pub fn create(
    draft: ContactDraft,
    mut customer: CustomerEdit<'_>,
    stamp: Stamp<'_>,
) -> Result<(Contact, Plan), ContactError> {
    let ContactDraft { name, email, phone, place_id } = checked(draft)?;
    let customer_id = customer.customer.id;
    let contact =
        Contact { id: stamp.id(), customer_id, name, email, phone, place_id, version: 1, created_at: stamp.now };
    customer.note(&Event::ContactAdded { contact_id: contact.id, name: (&contact.name).into() });
    customer.push(ContactChange::Create(contact.clone()), "it is a contact of the customer");
    Ok((contact, customer.finish()))
}

/// Changes a contact.
pub fn change(
    before: &Contact,
    draft: ContactDraft,
    mut customer: CustomerEdit<'_>,
) -> Result<(Contact, Plan), ContactError> {
    let ContactDraft { name, email, phone, place_id } = checked(draft)?;
    let after = Contact { name, email, phone, place_id, ..before.clone() };
    if after != *before {
        customer.note(&Event::ContactChanged { contact_id: after.id, name: (&after.name).into() });
        customer.push(ContactChange::Update(after.clone()), "what is known about them changes");
    }
    Ok((after, customer.finish()))
}

fn checked(draft: ContactDraft) -> Result<ContactDraft, ContactError> {
    let filled = |text: Option<String>| text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
    let name = input::name(&draft.name).map_err(|_| ContactError::Name)?;
    let email = filled(draft.email);
    if email.as_deref().is_some_and(|email| normalise::email(email).is_none()) {
        return Err(ContactError::Email);
    }
    Ok(ContactDraft { name, email, phone: filled(draft.phone), place_id: draft.place_id })
}
