//! Jobs of invoices.

use serde::{Deserialize, Serialize};

use crate::kernel::job::{JobKind, Lane, Pool};

/// Read all invoices from their source (`P09`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadInvoices;

impl JobKind for ReadInvoices {
    const KIND: &'static str = "read_invoices";
    const LANE: Lane = Lane::Bulk;

    fn subject(&self) -> String {
        String::new()
    }

    fn pool(&self) -> Pool {
        Pool::Invoices
    }
}
