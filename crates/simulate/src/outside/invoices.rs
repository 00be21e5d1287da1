//! The source of invoices, as the hub reads it.

use async_trait::async_trait;
use serde_json::json;
use tessera_core::invoices::Row;
use tessera_hub::ports::{ConnectError, Finding, InvoiceReading, InvoiceSource, ListedInvoice, Priority, ReadingError};

use super::Link;
use crate::weather::System;

/// An invoice as the source has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invoice {
    /// Its number.
    pub number: String,
    /// The requester who pays it.
    pub requester: u64,
    /// The total, in cents.
    pub cents: u64,
}

/// The source as one process of the hub reaches it.
#[derive(Debug)]
pub struct Books(pub Link);

struct Reading<'a> {
    books: &'a Books,
    rows: std::vec::IntoIter<Row>,
    etag: String,
}

#[async_trait]
impl InvoiceSource for Books {
    fn name(&self) -> &str {
        System::Invoices.name()
    }

    async fn check(&self) -> Vec<Finding> {
        Vec::new()
    }

    async fn read<'a>(&'a self, etag: Option<&str>) -> Result<Option<Box<dyn InvoiceReading + 'a>>, ConnectError> {
        let read = self.0.call(("invoices", Priority::Background), |truth, _| Ok(truth.books.clone())).await;
        let (invoices, version) = read?;
        let now = version.to_string();
        if etag == Some(now.as_str()) {
            return Ok(None);
        }
        let rows: Vec<Row> = (1..).zip(invoices).map(|(line, invoice)| row(line, &invoice)).collect();
        Ok(Some(Box::new(Reading { books: self, rows: rows.into_iter(), etag: now })))
    }
}

#[async_trait]
impl InvoiceReading for Reading<'_> {
    async fn next(&mut self) -> Result<Option<Vec<ListedInvoice>>, ReadingError> {
        let rows: Vec<_> = self.rows.by_ref().take(2).map(ListedInvoice::Full).collect();
        self.books.0.call(("more invoices", Priority::Background), |_, _| Ok(())).await?;
        Ok(Some(rows).filter(|rows| !rows.is_empty()))
    }

    fn etag(&self) -> Option<String> {
        Some(self.etag.clone())
    }
}

fn row(line: usize, invoice: &Invoice) -> Row {
    let total = format!("{}.{:02}", invoice.cents / 100, invoice.cents % 100);
    let customer = invoice.requester.to_string();
    let fields = json!({
        "number": invoice.number, "date": "2026-05-01", "due": "2026-06-01", "total": total, "status": "open", "customer": customer,
    });
    Row { line, fields, more: Vec::new() }
}
