//! Where invoices come from. They are read, never written.

use std::fmt::Debug;

use async_trait::async_trait;
use tessera_core::invoices::{FieldNames, InvoiceRowError, Row};

use super::check::Finding;
use super::error::ConnectError;

/// A source of invoices.
///
/// It has no capabilities to tell: what one source can do and another cannot shows in its answers, as an [`etag`](InvoiceReading::etag) or
/// an [unchanged](ListedInvoice::Unchanged) row.
#[async_trait]
pub trait InvoiceSource: Debug + Send + Sync {
    /// The configured name of the source, which its invoices carry.
    fn name(&self) -> &str;

    /// How the source names its fields, unless the operator says otherwise.
    fn usual_fields(&self) -> FieldNames {
        FieldNames::default()
    }

    /// Whether it can be read. Nothing is kept of it.
    async fn check(&self) -> Vec<Finding>;

    /// Begins to read; `None`: nothing changed since a reading had this `etag`.
    async fn read<'a>(&'a self, etag: Option<&str>) -> Result<Option<Box<dyn InvoiceReading + 'a>>, ConnectError>;

    /// An unchanged row in full, for readers that do not know it; `None`: it has gone meanwhile. A source without such rows is never asked.
    async fn in_full(&self, _listed: &Row) -> Result<Option<Row>, ConnectError> {
        Err(ConnectError::unsupported(self.name(), "single invoices"))
    }
}

/// A source being read. It came to its end when `next` says `None`, and not before.
#[async_trait]
pub trait InvoiceReading: Send {
    /// Some rows, in the source's order.
    async fn next(&mut self) -> Result<Option<Vec<ListedInvoice>>, ReadingError>;

    /// By what a later reading recognises that nothing changed, as far as that is known by now.
    fn etag(&self) -> Option<String>;
}

/// A row as a source lists it.
#[derive(Debug, Clone, PartialEq)]
pub enum ListedInvoice {
    /// In full.
    Full(Row),
    /// In part, since it did not change since the reading that had the `etag`.
    Unchanged(Row),
    /// It cannot be read.
    Bad(InvoiceRowError),
}

/// Why a source did not come to its end.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReadingError {
    /// What it delivers breaks off or is malformed. Reading it again brings the same.
    #[error("{0}")]
    Malformed(String),
    /// It did not answer as hoped.
    #[error(transparent)]
    Connect(#[from] ConnectError),
}
