//! Changes of invoices.

use tessera_core::invoices::change::InvoiceChange;

use super::Describe;

impl Describe for InvoiceChange {
    fn describe(&self) -> String {
        match self {
            Self::Expect { id, .. } => format!("invoice {id} is as it was read"),
            Self::Put(invoice) => format!("invoice {} of {}", invoice.bill.number, invoice.source),
            Self::Confirm { id, .. } => format!("invoice {id} is still so"),
            Self::MarkMissing { source, .. } => format!("{source} does not name some invoices any more"),
        }
    }
}
