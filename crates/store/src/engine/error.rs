//! Errors of the store.

use std::error::Error;
use std::fmt;
use std::sync::Arc;

use super::row::Undecodable;
use crate::Conflict;

/// An error of the store, classified alike for both databases.
#[derive(Debug, Clone, thiserror::Error)]
pub enum StoreError {
    /// The database does not answer, or refuses the connection. Nothing was changed.
    #[error("the database does not answer: {0}")]
    Unavailable(#[source] Cause),
    /// The commit was sent, but its answer was lost.
    #[error("the database did not confirm the change, and it is not known whether it was made: {0}")]
    CommitUnknown(#[source] Cause),
    /// A constraint of the schema was violated. Nothing was changed.
    #[error("the change breaks the rule {name} of the database: {cause}")]
    Constraint {
        /// Name of the constraint or index. For a NOT NULL column, `table.column`.
        name: String,
        /// The database's message.
        #[source]
        cause: Cause,
    },
    /// The database's disk is full. Nothing was changed.
    #[error("the disk of the database is full: {0}")]
    DiskFull(#[source] Cause),
    /// The database is read-only. Nothing was changed.
    #[error("the database is read-only: {0}")]
    ReadOnly(#[source] Cause),
    /// A row cannot be decoded.
    #[error(transparent)]
    Undecodable(#[from] Undecodable),
    /// Another process has exclusive use of the database. Nothing was changed.
    #[error("{0}")]
    InUse(String),
    /// The schema belongs to another version of the program.
    #[error("{0}")]
    Schema(String),
    /// The database URL is invalid or unsupported.
    #[error("{0}")]
    Url(String),
    /// Not supported on this database, which has its own tools for it.
    #[error("{0}")]
    Unsupported(&'static str),
}

impl StoreError {
    /// Whether the database cannot be used at present.
    pub const fn is_outage(&self) -> bool {
        matches!(
            self,
            Self::Unavailable(_) | Self::CommitUnknown(_) | Self::DiskFull(_) | Self::ReadOnly(_) | Self::InUse(_)
        )
    }
}

/// The error of a batch that was not applied.
#[derive(Debug, thiserror::Error)]
pub enum ApplyError {
    /// The data changed after the plan was made. Nothing was applied.
    #[error("{0}")]
    Conflict(#[from] Conflict),
    /// An error of the store. Only after [`StoreError::CommitUnknown`] may the plan have been applied. Its guards make
    /// applying it again harmless.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The database's own error, or the error of the connection to it.
#[derive(Debug, Clone)]
pub struct Cause(Arc<Said>);

#[derive(Debug)]
struct Said {
    message: String,
    code: Option<String>,
    source: Option<Box<dyn Error + Send + Sync>>,
}

impl Cause {
    /// A cause with a message only.
    pub fn new(message: impl Into<String>) -> Self {
        Self(Arc::new(Said { message: message.into(), code: None, source: None }))
    }

    /// A database's complete message, and its code: an SQLSTATE, or SQLite's extended code.
    pub(super) fn said(message: String, code: Option<String>) -> Self {
        Self(Arc::new(Said { message, code, source: None }))
    }

    /// An error of the connection, with its chain of sources in the message.
    pub(crate) fn of(error: impl Error + Send + Sync + 'static) -> Self {
        let mut message = error.to_string();
        let mut next = error.source();
        while let Some(cause) = next {
            message = format!("{message}: {cause}");
            next = cause.source();
        }
        Self(Arc::new(Said { message, code: None, source: Some(Box::new(error)) }))
    }

    /// The database's code: an SQLSTATE, or SQLite's extended code.
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
