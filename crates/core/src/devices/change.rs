//! Changes of devices and of device writes.

use jiff::Timestamp;

use crate::devices::Device;
use crate::devices::device_writes::{DeviceWrite, WriteState};
use crate::devices::event::Leaving;
use crate::devices::load::{DeviceLoad, LoadLine, LoadState};
use crate::kernel::actor::Actor;
use crate::kernel::ids::{CustomerId, DeviceLoadId, DeviceWriteId, PlaceId};
use crate::kernel::plan::FeatureChange;
use crate::kernel::record::RecordKey;

/// A change of a device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DeviceChange {
    /// Store a device as read, unless a later read is already stored.
    Put(Box<Device>),
    /// Remove a device, because the asset is not or no longer one.
    Drop {
        /// Its system.
        system: String,
        /// Its display id.
        external_id: String,
        /// Start of the read that found this.
        read_at: Timestamp,
    },
    /// Guard: a device that is unassigned must still have this holder. The brake counts these changes (`H04`).
    Take {
        /// Its system.
        system: String,
        /// Its display id.
        external_id: String,
        /// The previous holder, a requester.
        holder: String,
    },
    /// Announce a device that was assigned to a customer (`A09`).
    Assign {
        /// The customer.
        customer_id: CustomerId,
        /// The device's record.
        device: RecordKey,
        /// Time of assignment.
        at: Timestamp,
    },
    /// Announce a device that was unassigned from a customer (`A09`).
    Unassign {
        /// The customer.
        customer_id: CustomerId,
        /// The device's record.
        device: RecordKey,
        /// Time of unassignment.
        at: Timestamp,
        /// Reason.
        leaving: Leaving,
    },
    /// Set a device's place. `None`: the home place of its customer.
    PutPlace {
        /// The service desk.
        system: String,
        /// The device's display id.
        external_id: String,
        /// The place.
        place: Option<PlaceId>,
    },
}

impl FeatureChange for DeviceChange {
    fn belongs_to_customer(&self) -> bool {
        matches!(self, Self::Assign { .. } | Self::Unassign { .. })
    }
}

/// A change of a device write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DeviceWriteChange {
    /// Insert a device write. No other write of the same asset may be pending.
    Create(Box<DeviceWrite>),
    /// End a pending write.
    End {
        /// The write.
        id: DeviceWriteId,
        /// Final state.
        state: WriteState,
        /// Time of the end.
        at: Timestamp,
    },
    /// Note that a pending write is about to be sent to the service desk, or was not sent.
    MarkSent {
        /// The write.
        id: DeviceWriteId,
        /// Expected time of the previous attempt.
        was: Option<Timestamp>,
        /// Time of sending; `None` if the call surely had no effect.
        at: Option<Timestamp>,
    },
    /// A change of a load, which requests many writes.
    Load(DeviceLoadChange),
}

impl FeatureChange for DeviceWriteChange {}

/// A change of a load.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DeviceLoadChange {
    /// Insert a trial run with its lines.
    Create(Box<DeviceLoad>, Vec<LoadLine>),
    /// Move a load to another state.
    Move {
        /// The load.
        id: DeviceLoadId,
        /// Expected state.
        from: LoadState,
        /// New state.
        to: LoadState,
        /// Actor who decided it; `None` when it finished by itself.
        by: Option<Actor>,
        /// Time.
        at: Timestamp,
    },
    /// Note the write that was requested for a line of a running load. Each line is requested once.
    Ask {
        /// The load.
        id: DeviceLoadId,
        /// Number of the line.
        line: i64,
        /// The write.
        write_id: DeviceWriteId,
    },
    /// Note that no write is requested for a line of a running load.
    Refuse {
        /// The load.
        id: DeviceLoadId,
        /// Number of the line.
        line: i64,
        /// Reason.
        why: String,
    },
}
