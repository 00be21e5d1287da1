//! Contacts: people information is kept about. A contact never signs in; whoever shall sign in gets a person, tied to the contact (`P01`, `P02`).

use jiff::Timestamp;

use crate::kernel::ids::{ContactId, CustomerId, PlaceId};
use crate::kernel::input;
use crate::kernel::normalise;
use crate::kernel::plan::{CustomerEdit, Plan, Stamp};
use crate::kernel::rejection::Rejection;
use crate::kernel::timeline::Event;
use crate::persons::change::ContactChange;

/// Somebody information is kept about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contact {
    /// Its id.
    pub id: ContactId,
    /// The customer it belongs to.
    pub customer_id: CustomerId,
    /// The name.
    pub name: String,
    /// The address, as entered.
    pub email: Option<String>,
    /// The telephone number, as entered.
    pub phone: Option<String>,
    /// Where they are to be found.
    pub place_id: Option<PlaceId>,
    /// Counts changes.
    pub version: i64,
    /// Since when.
    pub created_at: Timestamp,
}

/// What somebody wants a contact to be.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ContactDraft {
    /// The name.
    pub name: String,
    /// The address.
    pub email: Option<String>,
    /// The telephone number.
    pub phone: Option<String>,
    /// Where they are to be found.
    pub place_id: Option<PlaceId>,
}

/// Why a contact cannot be as wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ContactError {
    /// Without a name nobody knows who it is.
    #[error("A contact needs a name of at most 200 characters.")]
    Name,
    /// Mail would never arrive.
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

/// A new contact of a customer.
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

/// A contact becomes as wanted.
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
