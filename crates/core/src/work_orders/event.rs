//! Timeline events of work orders.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::kernel::ids::WorkOrderId;
use crate::kernel::record::RecordKey;
use crate::kernel::timeline::{FeatureEvent, Personal};

/// A timeline event of a work order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkOrderEvent {
    /// The work order.
    pub work_order_id: WorkOrderId,
    /// Its number.
    pub number: String,
    /// Label of its kind.
    pub kind: String,
    /// The device concerned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device: Option<RecordKey>,
    /// The event.
    #[serde(flatten)]
    pub what: WorkHappened,
}

impl FeatureEvent for WorkOrderEvent {
    const NAMES: &'static [&'static str] = &["work_order"];

    fn name(&self) -> &'static str {
        "work_order"
    }

    fn detail(&self) -> Value {
        serde_json::to_value(self).unwrap_or_default()
    }

    fn read(_: &str, detail: &Value) -> serde_json::Result<Self> {
        Self::deserialize(detail)
    }
}

/// Kinds of event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum WorkHappened {
    /// It was made.
    Created,
    /// It was given to someone.
    Assigned {
        /// The name.
        name: Personal,
    },
    /// It is nobody's again.
    Unassigned,
    /// The appointment was made or moved.
    Scheduled {
        /// Beginning.
        from: Timestamp,
        /// End.
        to: Timestamp,
        /// Whether there was another one before.
        moved: bool,
    },
    /// The appointment was taken away.
    Unscheduled,
    /// The technician has taken it on.
    Accepted {
        /// The technician's name.
        name: Personal,
    },
    /// The technician is on the way.
    OnTheWay {
        /// The technician's name.
        name: Personal,
    },
    /// The technician has begun.
    Begun {
        /// The technician's name.
        name: Personal,
    },
    /// It is finished.
    Finished {
        /// The technician's name.
        name: Personal,
        /// Serial number of the device that was installed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        serial: Option<String>,
    },
    /// The technician has given it back.
    Refused {
        /// The technician's name.
        name: Personal,
        /// Reason.
        reason: Personal,
    },
    /// The office has given it up.
    Cancelled {
        /// Reason.
        reason: Personal,
    },
    /// A note or photos were added.
    Noted {
        /// The author's name.
        name: Personal,
    },
    /// Parts were used.
    PartUsed {
        /// Label of the part.
        part: String,
        /// Number of units.
        quantity: u32,
    },
    /// Parts were put back.
    PartPutBack {
        /// Label of the part.
        part: String,
        /// Number of units.
        quantity: u32,
    },
}
