//! Rejections of messages and of their credentials.

use super::credential::MAX_CREDENTIALS;
use super::{MAX_BODY, MAX_ID_LENGTH};
use crate::kernel::rejection::{Rejection, RejectionKind};

/// Reason why a message is not accepted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MessageError {
    /// The id is not usable.
    #[error("`id` has 1 to {MAX_ID_LENGTH} letters, digits, dots, hyphens and underscores")]
    Id,
    /// The body is too large.
    #[error("`body` has at most {MAX_BODY} bytes")]
    TooLarge,
    /// Another message had this id.
    #[error("another message with the id {0} was sent before; give every message an id of its own")]
    IdUsed(String),
    /// The person is inactive.
    #[error("the person of this key is inactive; ask the operator to activate them")]
    Inactive,
    /// The person's licence does not allow sending.
    #[error("the person of this key has no MESSAGE licence, which sending messages needs")]
    Licence,
}

impl Rejection for MessageError {
    fn code(&self) -> &'static str {
        match self {
            Self::Id => "invalid_message_id",
            Self::TooLarge => "message_too_large",
            Self::IdUsed(_) => "message_id_used",
            Self::Inactive => "person_inactive",
            Self::Licence => "no_message_licence",
        }
    }

    fn kind(&self) -> RejectionKind {
        match self {
            Self::Id | Self::TooLarge => RejectionKind::Invalid,
            Self::IdUsed(_) => RejectionKind::Conflict,
            Self::Inactive | Self::Licence => RejectionKind::Forbidden,
        }
    }
}

/// Reason why a credential cannot be issued or revoked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CredentialsError {
    /// The name does not fit.
    #[error("give the key a name of at most 100 characters, such as the machine it is for")]
    Name,
    /// The person has too many.
    #[error("a person has at most {MAX_CREDENTIALS} keys; revoke one first")]
    TooMany,
    /// It is revoked already.
    #[error("this key is revoked already")]
    Revoked,
    /// The person's licence does not allow sending.
    #[error("give the person the licence MESSAGE first; a key sends nothing without it")]
    Licence,
}

impl Rejection for CredentialsError {
    fn code(&self) -> &'static str {
        match self {
            Self::Name => "name_invalid",
            Self::TooMany => "too_many_keys",
            Self::Revoked => "key_revoked",
            Self::Licence => "no_message_licence",
        }
    }
}
