//! What can go wrong in the store.

use std::error::Error;
use std::fmt;
use std::sync::Arc;

use super::row::Undecodable;
use crate::Conflict;

/// The store could not do what was asked. Both databases are classified alike.
#[derive(Debug, Clone, thiserror::Error)]
pub enum StoreError {
    /// The database does not answer, or refuses. Nothing of what was asked was done.
    #[error("the database does not answer: {0}")]
    Unavailable(#[source] Cause),
    /// The commit was sent and its answer was lost.
    #[error("the database did not confirm the change, and it is not known whether it was made: {0}")]
    CommitUnknown(#[source] Cause),
    /// A rule of the schema forbids it. Nothing of it was done.
    #[error("the change breaks the rule {name} of the database: {cause}")]
    Constraint {
        /// The name of the constraint or index; of a column that must hold something, `table.column`.
        name: String,
        /// What the database said.
        #[source]
        cause: Cause,
    },
    /// The database's disk is full. Nothing of what was asked was done.
    #[error("the disk of the database is full: {0}")]
    DiskFull(#[source] Cause),
    /// The database cannot be written. Nothing of what was asked was done.
    #[error("the database is read-only: {0}")]
    ReadOnly(#[source] Cause),
    /// A row does not hold what the program wrote.
    #[error(transparent)]
    Undecodable(#[from] Undecodable),
    /// Another process has the database to itself. Nothing of what was asked was done.
    #[error("{0}")]
    InUse(String),
    /// The database has a schema of another version of the program.
    #[error("{0}")]
    Schema(String),
    /// The database URL is not one this program can use.
    #[error("{0}")]
    Url(String),
    /// This database has another way for it.
    #[error("{0}")]
    Unsupported(&'static str),
}

/// A batch was not applied.
#[derive(Debug, thiserror::Error)]
pub enum ApplyError {
    /// The world moved since the plan was made. Nothing of it was applied.
    #[error("{0}")]
    Conflict(#[from] Conflict),
    /// The store could not. Only after [`StoreError::CommitUnknown`] may the plan have been applied; its guards make applying it again
    /// harmless.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What the database itself said, or what broke on the way to it.
#[derive(Debug, Clone)]
pub struct Cause(Arc<Said>);

#[derive(Debug)]
struct Said {
    message: String,
    code: Option<String>,
    source: Option<Box<dyn Error + Send + Sync>>,
}

impl Cause {
    /// A cause in words.
    pub fn new(message: impl Into<String>) -> Self {
        Self(Arc::new(Said { message: message.into(), code: None, source: None }))
    }

    /// All that a database said, and its code for it: an SQLSTATE, or SQLite's extended code.
    pub(super) fn said(message: String, code: Option<String>) -> Self {
        Self(Arc::new(Said { message, code, source: None }))
    }

    /// An error of the way to the database, told with everything that caused it.
    pub(crate) fn of(error: impl Error + Send + Sync + 'static) -> Self {
        let mut message = error.to_string();
        let mut next = error.source();
        while let Some(cause) = next {
            message = format!("{message}: {cause}");
            next = cause.source();
        }
        Self(Arc::new(Said { message, code: None, source: Some(Box::new(error)) }))
    }

    /// The database's code for it: an SQLSTATE, or SQLite's extended code.
    pub fn code(&self) -> Option<&str> {
        self.0.code.as_deref()
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)
    }
}

impl Error for Cause {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.0.source.as_ref().map(|source| source.as_ref() as _)
    }
}
