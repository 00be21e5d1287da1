//! Changes of devices, and of writes to the service desk.

use jiff::Timestamp;

use crate::devices::Device;
use crate::devices::device_writes::{DeviceWrite, WriteState};
use crate::kernel::ids::{CustomerId, DeviceWriteId, PlaceId};
use crate::kernel::plan::FeatureChange;
use crate::kernel::record::RecordKey;
use crate::kernel::timeline::Leaving;

/// A change of a device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DeviceChange {
    /// Write a device as just read, unless a later read is there already.
    Put(Box<Device>),
    /// The asset is no device, or no longer.
    Drop {
        /// Its system.
        system: String,
        /// Its display id.
        external_id: String,
        /// When that was read.
        read_at: Timestamp,
    },
    /// A device leaves whoever holds it, who must still do so: this is what the brake counts (`H04`).
    Take {
        /// Its system.
        system: String,
        /// Its display id.
        external_id: String,
        /// The requester it leaves.
        holder: String,
    },
    /// A device is a customer's from now on, and they hear of it (`A09`).
    Assign {
        /// Whose it is.
        customer_id: CustomerId,
        /// The device's record.
        device: RecordKey,
        /// Since when.
        at: Timestamp,
    },
    /// A device is a customer's no longer, and they hear of it (`A09`).
    Unassign {
        /// Whose it was.
        customer_id: CustomerId,
        /// The device's record.
        device: RecordKey,
        /// Since when.
        at: Timestamp,
        /// What became of it.
        leaving: Leaving,
    },
    /// Say at which place a device is; none: at the home place of whoever has it.
    PutPlace {
        /// The service desk.
        system: String,
        /// The device's display id.
        external_id: String,
        /// Where it is.
        place: Option<PlaceId>,
    },
}

impl FeatureChange for DeviceChange {
    fn belongs_to_customer(&self) -> bool {
        matches!(self, Self::Assign { .. } | Self::Unassign { .. })
    }
}

/// A change of a write to the service desk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DeviceWriteChange {
    /// Ask for a write to the service desk; nothing else may be wanted of the same asset.
    Create(Box<DeviceWrite>),
    /// End a write that is still wanted.
    End {
        /// Which.
        id: DeviceWriteId,
        /// How.
        state: WriteState,
        /// When.
        at: Timestamp,
    },
    /// The same for a write to the service desk that is still wanted.
    MarkSent {
        /// Which.
        id: DeviceWriteId,
        /// When it was sent before; nobody else may have sent it meanwhile.
        was: Option<Timestamp>,
        /// When it is sent; none: it surely was not carried out.
        at: Option<Timestamp>,
    },
}

impl FeatureChange for DeviceWriteChange {}
