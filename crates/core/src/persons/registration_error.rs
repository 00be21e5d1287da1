//! Why a registration cannot be taken, or decided.

use crate::kernel::rejection::Rejection;

/// Why a registration cannot be taken, or decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RegistrationError {
    /// Without a name nobody can decide.
    #[error("enter your name, in at most 80 characters and without addresses in it")]
    Name,
    /// Mail would not arrive.
    #[error("enter an e-mail address that mail can be sent to")]
    Email,
    /// The message is a letter.
    #[error("use at most 1000 characters for the message")]
    Message,
    /// Its time ran out, or it is done already.
    #[error("this link works no longer; register once more")]
    Late,
    /// Somebody decided already.
    #[error("this registration was decided already")]
    Decided,
    /// A refusal is explained.
    #[error("give a reason; the applicant reads it")]
    Reason,
    /// The place is not there, or not in use.
    #[error("there is no such place in use; choose another")]
    UnknownPlace,
    /// The place is nobody's.
    #[error("nobody owns this place; choose another")]
    PlaceWithoutOwner,
    /// The customer portal shows places.
    #[error("the customer portal needs a place; choose one")]
    NoPlace,
    /// The contact is another customer's.
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
