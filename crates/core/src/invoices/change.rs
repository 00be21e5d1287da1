//! Changes of invoices.

use jiff::Timestamp;

use crate::invoices::Invoice;
use crate::kernel::ids::InvoiceId;
use crate::kernel::plan::FeatureChange;

/// A change of invoices.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum InvoiceChange {
    /// Write an invoice as its source says it is (`P09`).
    Put(Box<Invoice>),
    /// Note that the source says the same of an invoice as before.
    Confirm {
        /// Which.
        id: InvoiceId,
        /// When it said so.
        at: Timestamp,
    },
    /// Note that the source does not name these invoices any more: all that it did not confirm since then. They are kept.
    MarkMissing {
        /// The source.
        source: String,
        /// When the reading began that did not find them.
        at: Timestamp,
    },
}

impl FeatureChange for InvoiceChange {}
