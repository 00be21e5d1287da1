//! Changes of customers and their links.

use jiff::Timestamp;

use crate::kernel::customer::{Customer, Ended, Link, Suspension};
use crate::kernel::domain::{Domain, EnteredDomain};
use crate::kernel::ids::{CustomerId, LinkId};
use crate::kernel::plan::FeatureChange;

/// A change of a customer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CustomerChange {
    /// Insert a new customer.
    Create(Customer),
    /// Update a customer. Its stored version must be the previous one.
    Update(Customer),
    /// End sign-in for a customer: its people become inactive and their sessions end (`M15`).
    EndAccess {
        /// The customer.
        customer_id: CustomerId,
        /// Time of deactivation.
        at: Timestamp,
    },
    /// Insert a domain that was entered for a customer (`M16`).
    AddDomain {
        /// The customer.
        customer_id: CustomerId,
        /// The domain, and who entered it.
        entered: EnteredDomain,
    },
    /// Delete a domain that was entered for a customer.
    RemoveDomain {
        /// The customer.
        customer_id: CustomerId,
        /// The domain.
        domain: Domain,
    },
    /// Reactivate the people whom [`Self::EndAccess`] deactivated.
    GiveAccessBack {
        /// The customer.
        customer_id: CustomerId,
    },
}

impl FeatureChange for CustomerChange {
    fn belongs_to_customer(&self) -> bool {
        !matches!(self, Self::Create(_) | Self::Update(_))
    }
}

/// A change of a link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LinkChange {
    /// Link a record. No other active link may have it.
    Create(Box<Link>),
    /// End an active link.
    End {
        /// The link.
        id: LinkId,
        /// Time, actor and reason.
        ended: Ended,
    },
    /// Suspend or resume an active link. Nothing is shown through a suspended link.
    Suspend {
        /// The link.
        id: LinkId,
        /// Reason for the suspension; `None` resumes the link.
        why: Option<Suspension>,
    },
}

impl FeatureChange for LinkChange {
    fn belongs_to_customer(&self) -> bool {
        true
    }
}
