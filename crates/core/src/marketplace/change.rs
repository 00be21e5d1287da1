//! Marketplace data changes.

use jiff::Timestamp;

use crate::kernel::plan::FeatureChange;
use crate::marketplace::{Call, SyncOption};
use crate::sync::correlate::Slot;

/// A change of a marketplace's data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MarketplaceChange {
    /// Store a call with its answer, for staff.
    KeepCall(Box<Call>),
    /// Store sync options. Their stored version must still be `version`.
    PutOptions {
        /// The marketplace.
        marketplace: String,
        /// The options; empty for those of the configuration.
        options: Vec<SyncOption>,
        /// Expected version; 0 for the first change.
        version: i64,
        /// Time of the change.
        at: Timestamp,
        /// Actor.
        by: String,
    },
    /// Guard: no other plan has correlated by the same names since these slot versions were read; 0 if there was no
    /// slot.
    TakeSlots(Vec<(Slot, i64)>),
}

impl FeatureChange for MarketplaceChange {}
