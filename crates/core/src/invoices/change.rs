//! Invoice changes.

use jiff::Timestamp;

use crate::invoices::Invoice;
use crate::kernel::ids::InvoiceId;
use crate::kernel::plan::FeatureChange;

/// A change of invoices.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum InvoiceChange {
    /// Guard: an invoice must not have been read again since it was compared.
    Expect {
        /// The invoice.
        id: InvoiceId,
        /// Time of the read that confirmed it last.
        confirmed_at: Timestamp,
    },
    /// Store an invoice as read from its source (`P09`).
    Put(Box<Invoice>),
    /// Note that the source still has the invoice unchanged.
    Confirm {
        /// The invoice.
        id: InvoiceId,
        /// Time of the read.
        at: Timestamp,
    },
    /// Mark the invoices that the source has not confirmed since `at` as missing. They are kept.
    MarkMissing {
        /// The source.
        source: String,
        /// Start of the read that did not find them.
        at: Timestamp,
    },
}

impl FeatureChange for InvoiceChange {}
