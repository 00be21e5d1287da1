//! Rejections of work orders and of actions on them.

use super::{MAX_FILES, MAX_QUANTITY, State};
use crate::kernel::rejection::{FieldProblem, Rejection, RejectionKind, in_one_line};

/// Validation errors of a new work order.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", in_one_line(.0))]
pub struct WorkOrderDraftError(pub Vec<FieldProblem>);

impl Rejection for WorkOrderDraftError {
    fn code(&self) -> &'static str {
        "invalid_work_order"
    }

    fn kind(&self) -> RejectionKind {
        RejectionKind::Invalid
    }

    fn problems(&self) -> Vec<FieldProblem> {
        self.0.clone()
    }
}

/// Reason why an action on a work order is rejected, with a remedy.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WorkOrderError {
    /// It was changed since the version that the action rests on.
    #[error("work order {0} was changed in the meantime: check it, and decide again")]
    Changed(String),
    /// The step does not follow from the state.
    #[error("work order {number} is {}: this step is not possible now", state.words())]
    OutOfOrder {
        /// Its number.
        number: String,
        /// Its state.
        state: State,
    },
    /// It is someone else's.
    #[error("this work order is assigned to someone else")]
    NotYours,
    /// It is nobody's, and only the office gives it out.
    #[error("this work order is not assigned to anybody: the office assigns it first")]
    Unassigned,
    /// Only the office does this.
    #[error("only the office can do this")]
    OfficeOnly,
    /// A reason is missing.
    #[error("say why, in at most 4000 characters")]
    NoReason,
    /// A note is empty.
    #[error("write something, or add a photo")]
    NothingSaid,
    /// A note is too long.
    #[error("a note has at most 4000 characters")]
    TooLong,
    /// The window ends before it begins, or lasts too long.
    #[error("the appointment ends after it begins, and within 14 days")]
    Window,
    /// The check list is not complete.
    #[error("the check list is not complete: {0}")]
    Unchecked(String),
    /// The check list has no such item.
    #[error("the check list has no such item")]
    NoCheck,
    /// The part is not configured.
    #[error("there is no part “{0}”")]
    NoPart(String),
    /// The quantity is not possible.
    #[error("say how many, from 1 to {MAX_QUANTITY}")]
    Quantity,
    /// The van has fewer units.
    #[error("there are {there} of “{part}” in the van, not {asked}: correct the number, or ask the office to count")]
    TooFewParts {
        /// The part's label.
        part: String,
        /// Units in the van.
        there: i64,
        /// Units asked for.
        asked: u32,
    },
    /// Fewer units were used.
    #[error("only {used} of “{part}” were used")]
    NotUsed {
        /// The part's label.
        part: String,
        /// Units used.
        used: u32,
    },
    /// The technician has no van.
    #[error("there is no van: the office adds a place of the company to the technician’s places")]
    NoVan,
    /// The place is not one of the technician's vans.
    #[error("this place is not one of the technician’s")]
    NotTheirVan,
    /// The installed device is missing.
    #[error("enter the serial number of the device that was installed")]
    NoSerial,
    /// No device has the serial number.
    #[error("no device has the serial number “{0}”: compare it with the label")]
    UnknownSerial(String),
    /// Several devices have the serial number.
    #[error("several devices have the serial number “{0}”: the office sorts it out in the service desk")]
    AmbiguousSerial(String),
    /// The device is someone else's.
    #[error("the device with serial number “{0}” is assigned to someone else: the office must take it back first")]
    NotInStock(String),
    /// The device is in stock somewhere else.
    #[error("the device with serial number “{0}” is not in your van: move it there in the warehouse first")]
    NotInVan(String),
    /// The customer is not in the service desk, so that no device can be assigned.
    #[error(
        "the customer has no active requester in the service desk, and a device needs one: the office links it first"
    )]
    NoRequester,
    /// The assignee cannot do it.
    #[error("{0} is not active, or has no licence that opens the Tech Portal: choose someone else")]
    UnableAssignee(String),
    /// It has the maximum number of files.
    #[error("a work order holds at most {MAX_FILES} files")]
    TooManyFiles,
}

impl Rejection for WorkOrderError {
    fn code(&self) -> &'static str {
        match self {
            Self::Changed(_) => "work_order_changed",
            Self::OutOfOrder { .. } => "step_not_possible",
            Self::NotYours => "not_yours",
            Self::Unassigned => "not_assigned",
            Self::OfficeOnly => "office_only",
            Self::NoReason => "no_reason",
            Self::NothingSaid | Self::TooLong => "note",
            Self::Window => "window",
            Self::Unchecked(_) => "check_list_incomplete",
            Self::NoCheck => "no_such_check",
            Self::NoPart(_) => "no_such_part",
            Self::Quantity => "quantity",
            Self::TooFewParts { .. } => "too_few_parts",
            Self::NotUsed { .. } => "part_not_used",
            Self::NoVan => "no_van",
            Self::NotTheirVan => "not_their_van",
            Self::NoSerial => "no_serial",
            Self::UnknownSerial(_) => "unknown_serial",
            Self::AmbiguousSerial(_) => "ambiguous_serial",
            Self::NotInStock(_) => "device_not_in_stock",
            Self::NotInVan(_) => "device_not_in_van",
            Self::NoRequester => "no_requester",
            Self::UnableAssignee(_) => "assignee_unable",
            Self::TooManyFiles => "files",
        }
    }

    fn kind(&self) -> RejectionKind {
        match self {
            Self::NotYours | Self::OfficeOnly => RejectionKind::Forbidden,
            Self::NoReason
            | Self::NothingSaid
            | Self::TooLong
            | Self::Window
            | Self::NoCheck
            | Self::NoPart(_)
            | Self::Quantity
            | Self::NoSerial
            | Self::UnknownSerial(_)
            | Self::UnableAssignee(_) => RejectionKind::Invalid,
            _ => RejectionKind::Conflict,
        }
    }
}
