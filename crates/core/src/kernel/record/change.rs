//! Changes of stored records of outside systems.

use jiff::Timestamp;

use crate::kernel::plan::FeatureChange;
use crate::kernel::readings::Reservation;
use crate::kernel::record::{Observation, RecordKey};

/// A change of a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RecordChange {
    /// Store a record as read, unless a later read is already stored.
    Put(Box<Observation>),
    /// Mark a record as deleted in its system.
    Bury {
        /// The record.
        key: RecordKey,
        /// Time when the deletion was detected.
        at: Timestamp,
    },
    /// Guard: the stored record must still be the one the plan was made from, identified by its read time, or still be
    /// unknown. It prevents a timeline entry about a change that a later read has superseded.
    Expect {
        /// The record.
        key: RecordKey,
        /// Read time of the record planned from; `None` if there was none and this plan creates it.
        read_at: Option<Timestamp>,
    },
    /// Note that a lookup by id did not find the object. The next successful read clears the mark.
    MarkMissing {
        /// The record.
        key: RecordKey,
        /// Start of the lookup.
        at: Timestamp,
    },
    /// Note that the object was merged into another one of its kind: its id is retired and refers to the surviving one.
    Merge {
        /// The record.
        key: RecordKey,
        /// Id of the surviving object.
        into: String,
        /// Start of the lookup.
        at: Timestamp,
    },
    /// Reserve timestamps of the reading clock, so that a restarted process and other processes continue above them.
    Reserve(Reservation),
}

impl FeatureChange for RecordChange {}
