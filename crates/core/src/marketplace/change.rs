//! Changes of what is kept for marketplaces.

use jiff::Timestamp;

use crate::kernel::plan::FeatureChange;
use crate::marketplace::{Call, SyncOption};
use crate::sync::correlate::Slot;

/// A change of what is kept for a marketplace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MarketplaceChange {
    /// Keep what a marketplace asked and was answered, for staff.
    KeepCall(Box<Call>),
    /// Put sync options in force; nobody may have changed them since `version`.
    PutOptions {
        /// The marketplace.
        marketplace: String,
        /// The options; none: those of the configuration.
        options: Vec<SyncOption>,
        /// The version that was changed; 0: the first change.
        version: i64,
        /// When.
        at: Timestamp,
        /// By whom.
        by: String,
    },
    /// Nobody may have correlated by the same names since these versions of their slots were read; 0: nobody ever had.
    TakeSlots(Vec<(Slot, i64)>),
}

impl FeatureChange for MarketplaceChange {}
