//! Why a device stays as it is.

use super::device_writes::WriteState;
use crate::kernel::rejection::{FieldProblem, Rejection, RejectionKind, in_one_line};

/// Why a device is not made, assigned or placed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DeviceError {
    /// The new device cannot be as it was entered.
    #[error("{}", in_one_line(.0))]
    Invalid(Vec<FieldProblem>),
    /// Another asset has the serial number.
    #[error("asset {asset} has the serial number {serial} already; assign that one instead")]
    SerialExists {
        /// Its id.
        asset: String,
        /// As entered.
        serial: String,
    },
    /// Somebody else has the asset by now.
    #[error(
        "asset {asset} is {} by now; look at it again before moving it",
        holder.as_deref().map_or_else(|| "in stock".to_owned(), |id| format!("with requester {id}"))
    )]
    HolderChanged {
        /// Its id.
        asset: String,
        /// The requester who has it; none: it is in stock.
        holder: Option<String>,
    },
    /// The requester could not use it.
    #[error("requester {requester} is deactivated; reactivate it in {system} first")]
    RequesterInactive {
        /// Their id.
        requester: String,
        /// The service desk.
        system: String,
    },
    /// Two changes at once would be made in any order.
    #[error("another change of the same asset waits already; wait for it, or cancel it")]
    WritePending,
    /// There is nothing to cancel any more.
    #[error("this write is {} already", .0.as_str())]
    WriteEnded(WriteState),
    /// The service desk may have done it.
    #[error("it was sent, and the service desk may have done it; what came of it is being looked for")]
    WriteSent,
    /// No customer has the device.
    #[error("no customer has the device {0}: assign it first")]
    NobodyHasIt(String),
    /// A device can only be at a place of the customer who has it.
    #[error("the place {place} is not one of {holder}, who has the device")]
    PlaceOfSomebodyElse {
        /// Its name.
        place: String,
        /// The customer's name.
        holder: String,
    },
}

/// What was typed names several.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AmbiguousNameError {
    /// Several requesters.
    #[error("several requesters have the address {address}: {}; use the number", ids.join(", "))]
    Requester {
        /// As typed.
        address: String,
        /// Their ids.
        ids: Vec<String>,
    },
    /// Several devices.
    #[error("several assets are called “{typed}”: {}; use the asset’s id", ids.join(", "))]
    Device {
        /// As typed.
        typed: String,
        /// Their ids.
        ids: Vec<String>,
    },
}

impl Rejection for AmbiguousNameError {
    fn code(&self) -> &'static str {
        match self {
            Self::Requester { .. } => "ambiguous_requester",
            Self::Device { .. } => "ambiguous_device",
        }
    }
}

impl Rejection for DeviceError {
    fn code(&self) -> &'static str {
        match self {
            Self::Invalid(_) => "invalid_device",
            Self::SerialExists { .. } => "serial_exists",
            Self::HolderChanged { .. } => "holder_changed",
            Self::RequesterInactive { .. } => "requester_inactive",
            Self::WritePending => "write_pending",
            Self::WriteEnded(_) => "write_ended",
            Self::WriteSent => "write_sent",
            Self::NobodyHasIt(_) => "nobody_has_it",
            Self::PlaceOfSomebodyElse { .. } => "place_of_somebody_else",
        }
    }

    fn kind(&self) -> RejectionKind {
        match self {
            Self::Invalid(_) => RejectionKind::Invalid,
            _ => RejectionKind::Conflict,
        }
    }

    fn problems(&self) -> Vec<FieldProblem> {
        match self {
            Self::Invalid(problems) => problems.clone(),
            _ => Vec::new(),
        }
    }
}
