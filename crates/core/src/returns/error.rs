//! Rejections of returns and of actions on them.

use super::{LineStatus, Step};
use crate::kernel::rejection::{FieldProblem, Rejection, RejectionKind, in_one_line};

/// Validation errors of a new return.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", in_one_line(.0))]
pub struct ReturnDraftError(pub Vec<FieldProblem>);

impl Rejection for ReturnDraftError {
    fn code(&self) -> &'static str {
        "invalid_return"
    }

    fn kind(&self) -> RejectionKind {
        RejectionKind::Invalid
    }

    fn problems(&self) -> Vec<FieldProblem> {
        self.0.clone()
    }
}

/// Reason why staff or an API client cannot open a return for a customer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReturnOrderError {
    /// The device is not at the customer's places.
    #[error("line {0}: there is no such device at these places; choose another")]
    NoSuchDevice(usize),
    /// The place does not belong to the customer, or is not in use.
    #[error("choose one of the customer’s places that are in use")]
    NoSuchPlace,
    /// The person does not belong to the customer, is inactive, or has no address for notifications.
    #[error("choose an active person of the customer with an e-mail address")]
    NoSuchPerson,
    /// The person has no access to the place.
    #[error("{person} does not see {place}: add it to their places for portal access, or choose someone else")]
    PlaceNotTheirs {
        /// The person's name.
        person: String,
        /// The place's name.
        place: String,
    },
}

impl Rejection for ReturnOrderError {
    fn code(&self) -> &'static str {
        match self {
            Self::NoSuchDevice(_) => "no_such_device",
            Self::NoSuchPlace => "no_such_place",
            Self::NoSuchPerson => "no_such_person",
            Self::PlaceNotTheirs { .. } => "place_not_theirs",
        }
    }

    fn kind(&self) -> RejectionKind {
        RejectionKind::Invalid
    }
}

/// Reason why an action on a return is rejected, with a remedy.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReturnActionError {
    /// The line does not exist.
    #[error("the return has no line {0}")]
    NoLine(u32),
    /// The line has ended.
    #[error("line {line} is {} already; open a new return if more is to be done", status.as_str())]
    Ended {
        /// Line number.
        line: u32,
        /// Final status.
        status: LineStatus,
    },
    /// The line is on hold.
    #[error("line {0} is on hold; resume it first")]
    OnHold(u32),
    /// The line is not on hold.
    #[error("line {0} is not on hold")]
    NotOnHold(u32),
    /// Another step must come first, or the reason does not include the step.
    #[error("line {line} cannot be {} now: {next}", step.done())]
    OutOfOrder {
        /// Line number.
        line: u32,
        /// The attempted step.
        step: Step,
        /// Description of the next step.
        next: String,
    },
    /// There are more units than are ready for the step.
    #[error("{ready} of line {line} can be {} now, not {asked}", step.done())]
    TooMany {
        /// Line number.
        line: u32,
        /// The attempted step.
        step: Step,
        /// Number of units that are ready.
        ready: u32,
        /// Number of units requested.
        asked: u32,
    },
    /// The serial number cannot belong to the line.
    #[error("serial number {serial}: {why}")]
    Serial {
        /// Serial number, as entered.
        serial: String,
        /// Description of the problem.
        why: &'static str,
    },
    /// The amount was changed or withdrawn in the meantime.
    #[error("the amount was changed or withdrawn in the meantime; check the return again")]
    OtherVersion,
    /// A unit has been received or shipped.
    #[error("something has already been received or shipped, so you cannot cancel it yourself; contact support")]
    Moved,
    /// A required field is missing.
    #[error("{0}")]
    Missing(&'static str),
    /// The return was changed in the meantime.
    #[error("return {0} was changed in the meantime; check it again")]
    Changed(String),
    /// Every line has ended.
    #[error("nothing of this return is left to cancel")]
    NothingLeft,
    /// The unit is on another open return.
    #[error(
        "{unit} is on {}",
        number.as_ref().map_or_else(
            || "another return already; ask support, who can see which".to_owned(),
            |number| format!("return {number} already; add to that one, or cancel it first"),
        )
    )]
    UnitTaken {
        /// The unit.
        unit: String,
        /// Number of the other return; `None` if the caller may not see it.
        number: Option<String>,
    },
}

impl Rejection for ReturnActionError {
    fn code(&self) -> &'static str {
        match self {
            Self::NoLine(_) => "no_such_line",
            Self::Ended { .. } | Self::NothingLeft => "line_ended",
            Self::OnHold(_) => "line_on_hold",
            Self::NotOnHold(_) => "line_not_on_hold",
            Self::OutOfOrder { .. } => "step_out_of_order",
            Self::TooMany { .. } => "too_many_units",
            Self::Serial { .. } => "serial_refused",
            Self::OtherVersion => "approval_changed",
            Self::Moved => "already_under_way",
            Self::Missing(_) => "incomplete",
            Self::Changed(_) => "return_changed",
            Self::UnitTaken { .. } => "unit_on_open_return",
        }
    }

    fn kind(&self) -> RejectionKind {
        match self {
            Self::NoLine(_) => RejectionKind::NotFound,
            _ => RejectionKind::Conflict,
        }
    }
}
