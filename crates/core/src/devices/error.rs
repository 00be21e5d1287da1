//! Rejections of changes to devices.

use super::device_writes::WriteState;
use crate::kernel::rejection::{FieldProblem, Rejection, RejectionKind, in_one_line};

/// Reason why a device cannot be created, assigned or placed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DeviceError {
    /// The input for a new device is invalid.
    #[error("{}", in_one_line(.0))]
    Invalid(Vec<FieldProblem>),
    /// Another asset has the same serial number.
    #[error("asset {asset} has the serial number {serial} already; assign that one instead")]
    SerialExists {
        /// Id of the other asset.
        asset: String,
        /// Serial number, as entered.
        serial: String,
    },
    /// The asset has another holder in the meantime.
    #[error(
        "asset {asset} is {} by now; look at it again before moving it",
        holder.as_deref().map_or_else(|| "in stock".to_owned(), |id| format!("with requester {id}"))
    )]
    HolderChanged {
        /// Id of the asset.
        asset: String,
        /// The current holder; `None` if in stock.
        holder: Option<String>,
    },
    /// The requester is deactivated.
    #[error("requester {requester} is deactivated; reactivate it in {system} first")]
    RequesterInactive {
        /// Id of the requester.
        requester: String,
        /// The service desk's configured name.
        system: String,
    },
    /// Another write of the same asset is pending.
    #[error("another change of the same asset waits already; wait for it, or cancel it")]
    WritePending,
    /// The write has ended, so it cannot be cancelled.
    #[error("this write is {} already", .0.as_str())]
    WriteEnded(WriteState),
    /// The write was sent and may have been carried out.
    #[error("it was sent, and the service desk may have done it; what came of it is being looked for")]
    WriteSent,
    /// The device is not assigned to a customer.
    #[error("no customer has the device {0}: assign it first")]
    NobodyHasIt(String),
    /// The place does not belong to the device's customer.
    #[error("the place {place} is not one of {holder}, who has the device")]
    PlaceOfSomebodyElse {
        /// Name of the place.
        place: String,
        /// The customer's name.
        holder: String,
    },
}

/// Rejection of an ambiguous name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AmbiguousNameError {
    /// Several requesters have the address.
    #[error("several requesters have the address {address}: {}; use the number", ids.join(", "))]
    Requester {
        /// Address as entered.
        address: String,
        /// Ids of the requesters.
        ids: Vec<String>,
    },
    /// Several devices have the name.
    #[error("several assets are called “{typed}”: {}; use the asset’s id", ids.join(", "))]
    Device {
        /// Name as entered.
        typed: String,
        /// Ids of the assets.
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
