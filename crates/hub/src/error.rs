//! Why a journey did not come to its end.

use tessera_core::invitations::ActivationError;
use tessera_store::{ApplyError, StoreError};

use crate::ports::ConnectError;

/// Why a journey did not come to its end. The text says what happened, to what, and what to do.
#[derive(Debug, thiserror::Error)]
pub enum HubError {
    /// There is no such thing.
    #[error("{0}")]
    NotFound(String),
    /// It cannot be done as things stand, and somebody has to do something else first.
    #[error("{detail}")]
    Precondition {
        /// A short code for the API.
        code: &'static str,
        /// What stands in the way, and what to do.
        detail: String,
    },
    /// An activation was refused.
    #[error("{0}")]
    Refused(#[from] ActivationError),
    /// An outside system did not answer as hoped.
    #[error(transparent)]
    Connect(#[from] ConnectError),
    /// The store did not.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Others kept changing the same things.
    #[error("others are changing the same at this moment; try again")]
    Busy,
}

impl HubError {
    pub(crate) fn precondition(code: &'static str, detail: impl Into<String>) -> Self {
        Self::Precondition { code, detail: detail.into() }
    }
}

/// For writes that have nothing to collide with.
impl From<ApplyError> for HubError {
    fn from(error: ApplyError) -> Self {
        match error {
            ApplyError::Conflict(_) => Self::Busy,
            ApplyError::Store(error) => Self::Store(error),
        }
    }
}
