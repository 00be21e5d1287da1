//! Invoices in the customer portal, and the state of their source for staff (P09).

mod samples;

use jiff::Timestamp;
use serde::Serialize;

use crate::pages::console::Badge;
use crate::pages::returns::Choice;
use crate::pages::{Fact, Page};

/// The list of a customer's invoices.
#[derive(Debug, Clone, Serialize)]
pub struct Invoices {
    /// The invoices that match the filter, newest first.
    pub items: Vec<InvoiceCard>,
    /// The filters.
    pub filters: Vec<Choice>,
    /// The search text.
    pub search: String,
    /// Whether there are any invoices, regardless of the filter.
    pub any: bool,
    /// URL of the next page.
    pub more_url: Option<String>,
}

impl Page for Invoices {
    const TEMPLATE: &'static str = "portal/invoices/list.html";
}

/// An invoice in a list.
#[derive(Debug, Clone, Serialize)]
pub struct InvoiceCard {
    /// URL of the invoice.
    pub url: String,
    /// The invoice number.
    pub number: String,
    /// The current status.
    pub status: Badge,
    /// The invoice date.
    pub date: String,
    /// The due date.
    pub due: Option<String>,
    /// The total amount.
    pub total: String,
}

/// The page of an invoice.
#[derive(Debug, Clone, Serialize)]
pub struct InvoicePage {
    /// The invoice.
    pub invoice: InvoiceCard,
    /// Text, quantity and amount of each item.
    pub lines: Vec<[String; 3]>,
    /// Tax and total.
    pub sums: Vec<Fact>,
    /// When its source last confirmed the invoice.
    pub confirmed_at: Timestamp,
    /// Whether its source no longer lists the invoice.
    pub unconfirmed: bool,
    /// URL of the PDF.
    pub pdf_url: String,
    /// URL of the list.
    pub back_url: String,
}

impl Page for InvoicePage {
    const TEMPLATE: &'static str = "portal/invoices/one.html";
}

/// Invoices for staff: the state of the source, and invoices that no customer can see.
#[derive(Debug, Clone, Serialize)]
pub struct InvoiceDesk {
    /// The source; `None` if none is configured.
    pub source: Option<FeedCard>,
    /// The search text: the beginning of an invoice number.
    pub search: String,
    /// The invoices found; without a search, those that no customer can see.
    pub items: Vec<InvoiceRow>,
    /// POST action for reading the source.
    pub read_action: String,
}

impl Page for InvoiceDesk {
    const TEMPLATE: &'static str = "console/invoices.html";
}

/// The result of the last reading of the source.
#[derive(Debug, Clone, Serialize)]
pub struct FeedCard {
    /// The source's name.
    pub name: String,
    /// The result.
    pub state: Badge,
    /// When the reading started.
    pub began_at: Option<Timestamp>,
    /// Number of rows.
    pub rows: usize,
    /// Why the reading was not completed.
    pub error: Option<String>,
    /// Unreadable rows, each with its line.
    pub bad: Vec<Fact>,
}

/// An invoice in the list for staff.
#[derive(Debug, Clone, Serialize)]
pub struct InvoiceRow {
    /// The invoice number.
    pub number: String,
    /// The invoice date.
    pub date: String,
    /// The total amount.
    pub total: String,
    /// The status.
    pub status: Badge,
    /// URL of the customer.
    pub customer_url: Option<String>,
    /// The customer's name, or the customer as named by the source.
    pub customer: String,
    /// Notes for staff: why no customer can see it, wrong sums, or that it is no longer confirmed.
    pub notes: Vec<String>,
}
