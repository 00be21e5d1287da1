//! Changes of work orders.

use jiff::Timestamp;

use crate::kernel::ids::{PlaceId, WorkOrderId};
use crate::kernel::plan::FeatureChange;
use crate::work_orders::file::WorkFile;
use crate::work_orders::{WorkNote, WorkOrder};

/// A change of a work order, or of the parts at a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WorkOrderChange {
    /// Insert a new work order.
    Create(Box<WorkOrder>),
    /// Update a work order. Its stored version must be the previous one.
    Update(Box<WorkOrder>),
    /// Update the time of the last change when a note is added, independently of concurrent changes.
    Touch {
        /// The work order.
        id: WorkOrderId,
        /// Time of the note.
        at: Timestamp,
    },
    /// Insert an entry of the log.
    Log(Box<WorkNote>),
    /// Store a file, unless the maximum number is reached.
    KeepFile(Box<(WorkFile, Vec<u8>)>),
    /// Put units of a part at a place.
    AddParts {
        /// The place.
        place: PlaceId,
        /// The part's code.
        part: String,
        /// Number of units.
        quantity: u32,
    },
    /// Take units of a part from a place. There must be as many.
    TakeParts {
        /// The place.
        place: PlaceId,
        /// The part's code.
        part: String,
        /// Number of units.
        quantity: u32,
    },
}

impl FeatureChange for WorkOrderChange {}
