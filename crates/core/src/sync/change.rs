//! Changes of reviews, and of what is known about hooks.

use jiff::Timestamp;

use crate::kernel::ids::ReviewId;
use crate::kernel::plan::FeatureChange;
use crate::sync::review::{Decision, Review};

/// A change of a question put to staff.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReviewChange {
    /// Put a question to staff, unless the same question is open.
    Create(Box<Review>),
    /// Answer a question that is still open.
    Decide {
        /// Which.
        id: ReviewId,
        /// When.
        at: Timestamp,
        /// By whom.
        by: String,
        /// How.
        decision: Decision,
        /// What whoever decided added to it.
        note: Option<String>,
    },
}

impl FeatureChange for ReviewChange {
    fn belongs_to_customer(&self) -> bool {
        matches!(self, Self::Create(_))
    }
}

/// A change of what is known about a hook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HookChange {
    /// Count a delivery of a hook.
    NoteDelivery {
        /// The hook, as in its path.
        hook: String,
        /// When it came.
        at: Timestamp,
        /// Why it could not be used, if so.
        unusable: Option<UnusableDelivery>,
    },
}

impl FeatureChange for HookChange {}

/// A delivery that names nothing the hub could read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnusableDelivery {
    /// What is wrong with it.
    pub why: String,
    /// What it looks like, with every value made unreadable.
    pub excerpt: String,
}
