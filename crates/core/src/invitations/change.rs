//! Changes of invitations.

use jiff::Timestamp;

use crate::invitations::{Claim, Invitation, Revocation};
use crate::kernel::ids::InvitationId;
use crate::kernel::plan::FeatureChange;

/// A change of invitations.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum InvitationChange {
    /// Insert a new invitation.
    Create(Box<Invitation>),
    /// Revoke all unclaimed invitations of a requester.
    Revoke {
        /// Configured name of the service desk or marketplace.
        system: String,
        /// Id of the requester or account.
        external_id: String,
        /// Time of revocation.
        at: Timestamp,
        /// Reason.
        why: Revocation,
    },
    /// Claim an open, unclaimed invitation.
    Claim {
        /// The invitation.
        id: InvitationId,
        /// The claiming sign-in.
        claim: Claim,
    },
    /// Release a claimed invitation, because the activation was rejected.
    Release {
        /// The invitation.
        id: InvitationId,
    },
    /// Consume a claimed, unused invitation.
    Consume {
        /// The invitation.
        id: InvitationId,
        /// Time of completion.
        at: Timestamp,
    },
}

impl FeatureChange for InvitationChange {}
