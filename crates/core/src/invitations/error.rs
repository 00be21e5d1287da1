//! Rejections of invitations.

use crate::kernel::rejection::Rejection;

/// Reason why a requester cannot be invited.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvitationError {
    /// The requester is deactivated.
    #[error("requester {0} is deactivated in the service desk; reactivate it there, then invite again")]
    RequesterInactive(String),
    /// The requester has no e-mail address.
    #[error("requester {0} has no e-mail address in the service desk; enter one there, then invite again")]
    NoEmail(String),
    /// The requester's address cannot receive mail.
    #[error(
        "requester {0} has an e-mail address in the service desk that no mail can be sent to; correct it there, then invite again"
    )]
    NotDeliverable(String),
}

impl Rejection for InvitationError {
    fn code(&self) -> &'static str {
        match self {
            Self::RequesterInactive(_) => "requester_inactive",
            Self::NoEmail(_) => "requester_without_email",
            Self::NotDeliverable(_) => "address_not_deliverable",
        }
    }
}
