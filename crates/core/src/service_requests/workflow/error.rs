//! Why a verdict does not count, or steps stay as they are.

use super::MAX_ANSWER_LENGTH;
use crate::kernel::rejection::{Rejection, RejectionKind};

/// Why a verdict does not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WorkflowError {
    /// Nothing waits for a verdict.
    #[error("this request does not wait for an approval any more")]
    NothingAwaited,
    /// It waits for somebody else.
    #[error("this request waits for somebody else’s approval")]
    NotYours,
    /// The reason is missing.
    #[error("say why, in at most {MAX_ANSWER_LENGTH} characters: whoever asked for it reads it")]
    NoReason,
}

impl Rejection for WorkflowError {
    fn code(&self) -> &'static str {
        "approval"
    }
}

/// Why the steps of a workflow stay as they are.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WorkflowChangeError {
    /// They may not define workflows.
    #[error("defining workflows needs the role function {0}")]
    NotAllowed(String),
    /// The steps do not fit together.
    #[error("{0}")]
    Steps(String),
    /// A step names somebody else's people.
    #[error("choose one of your own people for each step")]
    UnknownPerson,
    /// Somebody was faster.
    #[error("somebody changed these steps in the meantime; look at them and decide again")]
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
