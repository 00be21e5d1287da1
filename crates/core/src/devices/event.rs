//! Timeline events of devices, and of their changes in the service desk.

use serde::{Deserialize, Serialize};
use strum::VariantNames;

use crate::devices::device_writes::AssetChange;
use crate::devices::load::LoadKind;
use crate::kernel::ids::{CustomerId, DeviceLoadId, DeviceWriteId};
use crate::kernel::record::RecordKey;
use crate::kernel::timeline::{FeatureEvent, Personal};

/// Timeline events of devices, and of their changes in the service desk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, strum::IntoStaticStr, VariantNames)]
#[serde(tag = "event", content = "detail", rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum DeviceEvent {
    /// A device was assigned to the customer (`A09`).
    DeviceAssigned {
        /// The asset.
        record: RecordKey,
        /// Its name.
        name: Personal,
        /// Its serial number.
        serial: Option<String>,
    },
    /// A device was unassigned from the customer (`A09`).
    DeviceUnassigned {
        /// The asset.
        record: RecordKey,
        /// Its name.
        name: Personal,
        /// Its serial number.
        serial: Option<String>,
        /// What happened to the device. Shown to staff only: a customer never learns the new holder (`A22`).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        leaving: Option<Leaving>,
    },
    /// A device was assigned to a place (`P08`).
    DevicePlaced {
        /// The device.
        record: RecordKey,
        /// The place.
        place: Personal,
    },
    /// A serial number of a device was corrected (`A06`).
    SerialCorrected {
        /// The asset.
        record: RecordKey,
        /// Its name.
        name: Personal,
        /// `serial` or `inverter_serial`.
        field: SerialField,
        /// The number before.
        from: Option<String>,
        /// The number now.
        to: Option<String>,
    },
    /// Hardware and inverter serial number of a device differ: a warning, never a reason to reject (`A06`).
    SerialsDiffer {
        /// The asset.
        record: RecordKey,
        /// Its name.
        name: Personal,
        /// The hardware serial number.
        serial: String,
        /// The inverter serial number.
        inverter_serial: String,
    },
    /// A change of one of the customer's assets was requested from the service desk (`A08`, `A09`).
    #[serde(alias = "asset_write_asked")]
    DeviceWriteRequested {
        /// The write.
        write_id: DeviceWriteId,
        /// The requested change.
        change: Personal<Box<AssetChange>>,
    },
    /// A requested change failed or was cancelled.
    #[serde(alias = "asset_write_not_done")]
    DeviceWriteFailed {
        /// The write.
        write_id: DeviceWriteId,
        /// The requested change.
        change: Personal<Box<AssetChange>>,
        /// Why it was not carried out.
        outcome: NotDone,
    },
    /// Staff started, stopped or discarded a load of devices or assignments (`A09`). On the operator's timeline.
    DeviceLoadDecided {
        /// The load.
        load: DeviceLoadId,
        /// What its table contains.
        kind: LoadKind,
        /// The decision: `running`, `stopped` or `discarded`.
        decision: String,
        /// Number of planned changes.
        changes: i64,
    },
}

impl FeatureEvent for DeviceEvent {
    const NAMES: &'static [&'static str] = Self::VARIANTS;
    const FORMER_NAMES: &'static [&'static str] = &["asset_write_asked", "asset_write_not_done"];

    fn name(&self) -> &'static str {
        self.into()
    }

    fn device(&self) -> Option<&RecordKey> {
        match self {
            Self::DeviceAssigned { record, .. }
            | Self::DeviceUnassigned { record, .. }
            | Self::DevicePlaced { record, .. }
            | Self::SerialCorrected { record, .. } => Some(record),
            _ => None,
        }
    }
}

/// Reason why a device is no longer a customer's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "why", rename_all = "snake_case")]
pub enum Leaving {
    /// Returned to stock (`A07`).
    Unassigned,
    /// Assigned to another requester (`A22`).
    Moved {
        /// The new requester.
        requester_id: String,
        /// The customer linked to the new requester, if any.
        customer_id: Option<CustomerId>,
    },
    /// Changed to another asset type, so it is no longer a device.
    Retyped {
        /// Name of the new asset type, if known.
        asset_type: Option<String>,
    },
    /// Moved to the service desk's trash.
    Trashed,
    /// Deleted permanently.
    Gone,
    /// The link to its requester ended.
    Unlinked,
}

/// A device has two serial numbers (`A06`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SerialField {
    /// The hardware serial number.
    Serial,
    /// The inverter serial number.
    InverterSerial,
}

/// Reason why a write to the service desk was not carried out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum NotDone {
    /// The service desk rejected it.
    Failed {
        /// Error message of the service desk.
        why: Personal,
    },
    /// The asset had been assigned to another requester.
    Superseded {
        /// The requester who held it; `None` if it was in stock.
        holder: Option<String>,
    },
    /// It was cancelled.
    Cancelled {
        /// Actor who cancelled it.
        by: String,
    },
}
