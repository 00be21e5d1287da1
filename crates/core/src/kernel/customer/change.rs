//! Changes of customers and of their links.

use jiff::Timestamp;

use crate::kernel::customer::{Customer, Ended, Link, Suspension};
use crate::kernel::ids::{CustomerId, LinkId};
use crate::kernel::plan::FeatureChange;

/// A change of a customer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CustomerChange {
    /// Write a new customer.
    Create(Customer),
    /// Write a customer as it shall be; its version must still be the one before.
    Update(Customer),
    /// Nobody signs in for a customer any more: its people become inactive, its sessions end (`M15`).
    EndAccess {
        /// Whose.
        customer_id: CustomerId,
        /// Since when.
        at: Timestamp,
    },
    /// Whoever [`Self::EndAccess`] made inactive is active again.
    GiveAccessBack {
        /// Whose.
        customer_id: CustomerId,
    },
}

impl FeatureChange for CustomerChange {
    fn belongs_to_customer(&self) -> bool {
        matches!(self, Self::EndAccess { .. } | Self::GiveAccessBack { .. })
    }
}

/// A change of a link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LinkChange {
    /// Link a record; nobody else may have it.
    Create(Box<Link>),
    /// End a link that is still active.
    End {
        /// Which.
        id: LinkId,
        /// When, by whom, why.
        ended: Ended,
    },
    /// Let an active link rest, or resume it: while it rests, nothing is shown through it.
    Suspend {
        /// Which.
        id: LinkId,
        /// Why it rests; none: it rests no longer.
        why: Option<Suspension>,
    },
}

impl FeatureChange for LinkChange {
    fn belongs_to_customer(&self) -> bool {
        true
    }
}
