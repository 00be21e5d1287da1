//! Rejections of registrations and decisions about them.

use crate::kernel::rejection::Rejection;

/// Reason why a registration or a decision about it is rejected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RegistrationError {
    /// The name is missing, too long, or contains an address.
    #[error("enter your name, in at most 80 characters and without addresses in it")]
    Name,
    /// The address cannot receive mail.
    #[error("enter a valid e-mail address")]
    Email,
    /// The message is too long.
    #[error("use at most 1000 characters for the message")]
    Message,
    /// The link has expired or was used.
    #[error("this link no longer works; register again")]
    Late,
    /// The registration was already decided.
    #[error("this registration was decided already")]
    Decided,
    /// A rejection needs a reason.
    #[error("give a reason; the applicant reads it")]
    Reason,
    /// The place does not exist or is not in use.
    #[error("there is no such place in use; choose another")]
    UnknownPlace,
    /// The place has no owner.
    #[error("this place has no owner; choose another")]
    PlaceWithoutOwner,
    /// Access to the customer portal requires a place.
    #[error("the customer portal needs a place; choose one")]
    NoPlace,
    /// The contact does not belong to the place's owner.
    #[error("the place's owner has no such contact")]
    UnknownContact,
}

impl Rejection for RegistrationError {
    fn code(&self) -> &'static str {
        match self {
            Self::Name => "invalid_name",
            Self::Email => "invalid_email",
            Self::Message => "invalid_message",
            Self::Late => "link_dead",
            Self::Decided => "already_decided",
            Self::Reason => "reason_missing",
            Self::UnknownPlace | Self::PlaceWithoutOwner => "unknown_place",
            Self::NoPlace => "place_missing",
            Self::UnknownContact => "unknown_contact",
        }
    }
}
