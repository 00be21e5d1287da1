//! Changes of reviews and of webhook bookkeeping.

use jiff::Timestamp;

use crate::kernel::ids::ReviewId;
use crate::kernel::plan::FeatureChange;
use crate::sync::review::{Decision, Review};

/// A change of a review.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReviewChange {
    /// Ask staff a question, unless the same question is open.
    Create(Box<Review>),
    /// Answer an open question.
    Decide {
        /// The review.
        id: ReviewId,
        /// Time of the decision.
        at: Timestamp,
        /// The person who decided.
        by: String,
        /// The decision.
        decision: Decision,
        /// A note on the decision.
        note: Option<String>,
    },
}

impl FeatureChange for ReviewChange {
    fn belongs_to_customer(&self) -> bool {
        matches!(self, Self::Create(_))
    }
}

/// A change of a webhook's bookkeeping.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HookChange {
    /// Count a delivery.
    NoteDelivery {
        /// The webhook, as in its path.
        hook: String,
        /// Time of the delivery.
        at: Timestamp,
        /// Why it could not be used, if that is the case.
        unusable: Option<UnusableDelivery>,
    },
}

impl FeatureChange for HookChange {}

/// A delivery without usable identifiers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnusableDelivery {
    /// The problem.
    pub why: String,
    /// The structure of the delivery, with all values masked.
    pub excerpt: String,
}
