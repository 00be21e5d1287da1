//! What can go wrong in the store.

use super::row::Undecodable;
use crate::Conflict;

/// The store could not answer.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database does not answer, or refuses.
    #[error("the database does not answer: {0}")]
    Unavailable(String),
    /// A row does not hold what the program wrote.
    #[error(transparent)]
    Undecodable(#[from] Undecodable),
    /// The database is of another version of the program.
    #[error("{0}")]
    Version(String),
}

/// A plan was not applied. Nothing of it was.
#[derive(Debug, thiserror::Error)]
pub enum ApplyError {
    /// The world moved since the plan was made.
    #[error("{0}")]
    Conflict(#[from] Conflict),
    /// The store could not answer. Whether the plan was applied is not known; its guards make applying it again harmless.
    #[error(transparent)]
    Store(#[from] StoreError),
}
