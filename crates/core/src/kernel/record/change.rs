//! Changes of what is kept of the records of outside systems.

use jiff::Timestamp;

use crate::kernel::plan::FeatureChange;
use crate::kernel::readings::Reservation;
use crate::kernel::record::{Observation, RecordKey};

/// A change of a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RecordChange {
    /// Write a record as just read, unless a later read is there already.
    Put(Box<Observation>),
    /// Note that the object is gone from its system.
    Bury {
        /// Which.
        key: RecordKey,
        /// Since when it is known.
        at: Timestamp,
    },
    /// The stored record must still be the one the plan was made from: read then, or not known at all. This is what keeps a timeline from
    /// telling of a change that a later reading had overtaken.
    Expect {
        /// Which.
        key: RecordKey,
        /// When the record planned from was read; none: there was none, and this plan writes it.
        read_at: Option<Timestamp>,
    },
    /// Note that the object was looked for by its id and was not there. A reading clears it again.
    MarkMissing {
        /// Which.
        key: RecordKey,
        /// When the look began.
        at: Timestamp,
    },
    /// Note that the object was merged into another one of its kind: its id is retired and stands for that one.
    Merge {
        /// Which.
        key: RecordKey,
        /// The id of the one that stayed.
        into: String,
        /// When the look began.
        at: Timestamp,
    },
    /// Reserve stamps of readings: after a restart, and in other processes, the order of readings goes on above them.
    Reserve(Reservation),
}

impl FeatureChange for RecordChange {}
