//! Changes of invitations.

use jiff::Timestamp;

use crate::invitations::{Claim, Invitation, Revocation};
use crate::kernel::ids::InvitationId;
use crate::kernel::plan::FeatureChange;

/// A change of invitations.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum InvitationChange {
    /// Write a new invitation.
    Create(Box<Invitation>),
    /// Take back every invitation of a requester that nobody has claimed yet.
    Revoke {
        /// The service desk, or the marketplace.
        system: String,
        /// The requester, or the account.
        external_id: String,
        /// When.
        at: Timestamp,
        /// Why.
        why: Revocation,
    },
    /// Claim an invitation; it must be open, and unclaimed.
    Claim {
        /// Which.
        id: InvitationId,
        /// For whom.
        claim: Claim,
    },
    /// Give a claimed invitation back, because the activation was refused.
    Release {
        /// Which.
        id: InvitationId,
    },
    /// Use an invitation up; it must be claimed and unused.
    Consume {
        /// Which.
        id: InvitationId,
        /// When.
        at: Timestamp,
    },
}

impl FeatureChange for InvitationChange {}
