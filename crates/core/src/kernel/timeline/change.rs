//! Timeline changes.

use crate::kernel::ids::CustomerId;
use crate::kernel::plan::FeatureChange;
use crate::kernel::timeline::NewEntry;

/// A change of a timeline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TimelineChange {
    /// Append an entry. Its position is assigned at commit, in the order of the plan.
    Append(NewEntry),
    /// Erase the personal data of an entry. Its chain remains valid.
    ErasePersonal {
        /// The customer whose timeline it is.
        customer_id: CustomerId,
        /// The entry's position.
        seq: i64,
    },
}

impl FeatureChange for TimelineChange {}
