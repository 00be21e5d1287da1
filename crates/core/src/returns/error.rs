//! Why a return is not opened, or stays as it is.

use super::{LineStatus, Step};
use crate::kernel::rejection::{FieldProblem, Rejection, RejectionKind, in_one_line};

/// What is wrong with a draft, all of it.
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

/// Why a return that staff or a machine wants for a customer cannot be drafted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReturnOrderError {
    /// The device is not at the customer's places.
    #[error("line {0}: there is no such device at these places; choose another")]
    NoSuchDevice(usize),
    /// The place is not the customer's, or not in use.
    #[error("choose one of the customer’s places that are in use")]
    NoSuchPlace,
    /// The person is not the customer's, is inactive, or has no address for notifications.
    #[error("choose somebody of the customer who is active and has an e-mail address")]
    NoSuchPerson,
    /// The person could not open the return.
    #[error("{person} does not see {place}: add it to their places for portal access, or tell somebody else")]
    PlaceNotTheirs {
        /// Their name.
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

/// Why something was not done. The text says what to do instead.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReturnActionError {
    /// There is no such line.
    #[error("the return has no line {0}")]
    NoLine(u32),
    /// Nothing more is to be done.
    #[error("line {line} is {} already; open a new return if more is to be done", status.as_str())]
    Ended {
        /// Which line.
        line: u32,
        /// How it ended.
        status: LineStatus,
    },
    /// It waits.
    #[error("line {0} is on hold; resume it first")]
    OnHold(u32),
    /// It does not wait.
    #[error("line {0} is not on hold")]
    NotOnHold(u32),
    /// Another step comes first, or the reason has no such step.
    #[error("line {line} cannot be {} now: {next}", step.done())]
    OutOfOrder {
        /// Which line.
        line: u32,
        /// What was tried.
        step: Step,
        /// What comes next, in words.
        next: String,
    },
    /// More units than are ready.
    #[error("{ready} of line {line} can be {} now, not {asked}", step.done())]
    TooMany {
        /// Which line.
        line: u32,
        /// What was tried.
        step: Step,
        /// How many are ready.
        ready: u32,
        /// How many were given.
        asked: u32,
    },
    /// A serial number that cannot be one of this line's.
    #[error("serial number {serial}: {why}")]
    Serial {
        /// As entered.
        serial: String,
        /// What is wrong with it.
        why: &'static str,
    },
    /// Another amount is asked by now, or none.
    #[error("the amount was changed or withdrawn meanwhile; look at the return again")]
    OtherVersion,
    /// Something was received or shipped.
    #[error("something was received or shipped already, so you cannot cancel it yourself; ask support")]
    Moved,
    /// A required field is missing.
    #[error("{0}")]
    Missing(&'static str),
    /// Somebody was faster.
    #[error("return {0} was changed meanwhile; look at it again")]
    Changed(String),
    /// Everything has ended.
    #[error("nothing of this return is left to cancel")]
    NothingLeft,
    /// A unit is on another open return.
    #[error(
        "{unit} is on {}",
        number.as_ref().map_or_else(
            || "another return already; ask support, who can see which".to_owned(),
            |number| format!("return {number} already; add to that one, or cancel it first"),
        )
    )]
    UnitTaken {
        /// What it is.
        unit: String,
        /// What that return is called; none: the caller may not see it.
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
