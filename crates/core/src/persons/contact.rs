//! Contacts: people without sign-in, kept for information. Sign-in requires a person, which can refer to the contact
//! (`P01`, `P02`).

use jiff::Timestamp;

use crate::kernel::ids::{ContactId, CustomerId, PlaceId};
use crate::kernel::input;
use crate::kernel::plan::{CustomerEdit, Plan, Stamp};
use crate::kernel::rejection::{Rejection, RejectionKind};
use crate::persons::change::ContactChange;
use crate::persons::event::PersonEvent;

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
    #[error("This is not a valid e-mail address. Enter one like name@example.com.")]
    Email,
    /// The telephone number is invalid.
    #[error("Write a telephone number of at least four digits and at most 40 characters, or leave it empty.")]
    Phone,
}

impl Rejection for ContactError {
    fn code(&self) -> &'static str {
        match self {
            Self::Name => "contact_name",
            Self::Email => "contact_email",
            Self::Phone => "contact_phone",
        }
    }

    fn kind(&self) -> RejectionKind {
        RejectionKind::Invalid
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
    customer.note(PersonEvent::ContactAdded { contact_id: contact.id, name: (&contact.name).into() });
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
        customer.note(PersonEvent::ContactChanged { contact_id: after.id, name: (&after.name).into() });
        customer.push(ContactChange::Update(after.clone()), "what is known about them changes");
    }
    Ok((after, customer.finish()))
}

fn checked(draft: ContactDraft) -> Result<ContactDraft, ContactError> {
    let name = input::name(&draft.name).map_err(|_| ContactError::Name)?;
    let email = draft.email.filter(|email| input::line(email, usize::MAX).is_ok());
    let email = email.map(|email| input::email(&email).ok_or(ContactError::Email)).transpose()?;
    let phone = input::optional_phone(&draft.phone.unwrap_or_default()).map_err(|_| ContactError::Phone)?;
    Ok(ContactDraft { name, email, phone, place_id: draft.place_id })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entered(name: &str, email: &str, phone: &str) -> Result<ContactDraft, ContactError> {
        let some = |text: &str| Some(text.to_owned());
        checked(ContactDraft { name: name.to_owned(), email: some(email), phone: some(phone), place_id: None })
    }

    #[test]
    fn p01_a_contact_is_entered_by_the_rules_of_a_profile() {
        let kept = entered(" Jo ", "\u{200b}jo@exam\u{200b}ple.com", "+44 1632 960000").unwrap();
        assert_eq!((kept.name.as_str(), kept.email.as_deref()), ("Jo", Some("jo@example.com")));
        assert_eq!(entered("Jo", " \u{200b}", "").map(|kept| (kept.email, kept.phone)), Ok((None, None)));
        for name in ["", "\u{200b}", "-"] {
            assert_eq!(entered(name, "", ""), Err(ContactError::Name));
        }
        for email in ["mailto:a@b", "a@b;", "a..b@c", "a@-b.c", "a@b..example", "jo", "Jo <jo@example.com>"] {
            assert_eq!(entered("Jo", email, ""), Err(ContactError::Email), "{email}");
        }
        for phone in ["call me", "+", "12"] {
            assert_eq!(entered("Jo", "", phone), Err(ContactError::Phone), "{phone}");
        }
        assert_eq!(ContactError::Phone.kind(), RejectionKind::Invalid);
    }
}
