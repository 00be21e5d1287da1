//! Timeline changes.

use crate::kernel::ids::CustomerId;
use crate::kernel::plan::FeatureChange;
use crate::kernel::timeline::{Hash, NewEntry};

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
    /// Erase identifiers from an entry, with its personal data. A later entry confirms it.
    Rewrite {
        /// The customer whose timeline it is.
        customer_id: CustomerId,
        /// The entry's position.
        seq: i64,
        /// Actor and event as stored until then.
        before: (String, String),
        /// Actor and event without the identifiers.
        after: (String, String),
        /// The digest that the entry was written with.
        original: Hash,
    },
}

impl FeatureChange for TimelineChange {}
