//! Changes of timelines.

use crate::kernel::ids::CustomerId;
use crate::kernel::plan::FeatureChange;
use crate::kernel::timeline::NewEntry;

/// A change of a timeline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TimelineChange {
    /// Write an entry at the end of a timeline. Its place is given at the commit, in the order of the plan.
    Append(NewEntry),
    /// Erase what is personal about an entry of a timeline. Its chain verifies as before.
    ErasePersonal {
        /// Whose timeline.
        customer_id: CustomerId,
        /// The entry's place.
        seq: i64,
    },
}

impl FeatureChange for TimelineChange {}
