//! Rejections of approvals and workflow changes.

use super::MAX_ANSWER_LENGTH;
use crate::kernel::rejection::{Rejection, RejectionKind};

/// Reason why an approval or rejection is not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WorkflowError {
    /// No approval is pending.
    #[error("this request is no longer waiting for an approval")]
    NothingAwaited,
    /// The pending approval is another person's.
    #[error("this request is waiting for someone else’s approval")]
    NotYours,
    /// A rejection needs a reason.
    #[error("say why, in at most {MAX_ANSWER_LENGTH} characters: the person who asked for it will see it")]
    NoReason,
}

impl Rejection for WorkflowError {
    fn code(&self) -> &'static str {
        "approval"
    }
}

/// Reason why a workflow cannot be changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WorkflowChangeError {
    /// The person may not define workflows.
    #[error("defining workflows needs the role function {0}")]
    NotAllowed(String),
    /// The steps are invalid.
    #[error("{0}")]
    Steps(String),
    /// A step names a person of another customer.
    #[error("choose one of your own people for each step")]
    UnknownPerson,
    /// The workflow was changed in the meantime.
    #[error("someone changed these steps in the meantime; check them and decide again")]
    Changed,
}

impl Rejection for WorkflowChangeError {
    fn code(&self) -> &'static str {
        match self {
            Self::NotAllowed(_) => "not_allowed",
            Self::Steps(_) | Self::UnknownPerson => "steps",
            Self::Changed => "changed_meanwhile",
        }
    }

    fn kind(&self) -> RejectionKind {
        match self {
            Self::NotAllowed(_) => RejectionKind::Forbidden,
            _ => RejectionKind::Conflict,
        }
    }
}
