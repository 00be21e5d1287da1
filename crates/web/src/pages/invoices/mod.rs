//! Invoices in the customer portal, and what staff see of their source (P09).

mod samples;

use jiff::Timestamp;
use serde::Serialize;

use crate::pages::console::Badge;
use crate::pages::returns::Choice;
use crate::pages::{Fact, Page};

/// A customer's invoices.
#[derive(Debug, Clone, Serialize)]
pub struct Invoices {
    /// Those that the filter shows, the newest first.
    pub items: Vec<InvoiceCard>,
    /// What may be shown.
    pub filters: Vec<Choice>,
    /// What is searched for.
    pub search: String,
    /// Whether there is any at all, shown or not.
    pub any: bool,
    /// Where the list goes on.
    pub more_url: Option<String>,
}

impl Page for Invoices {
    const TEMPLATE: &'static str = "portal/invoices/list.html";
}

/// An invoice in a list.
#[derive(Debug, Clone, Serialize)]
pub struct InvoiceCard {
    /// Its page.
    pub url: String,
    /// Its number.
    pub number: String,
    /// How it stands today.
    pub status: Badge,
    /// Its date.
    pub date: String,
    /// Until when it is to be paid.
    pub due: Option<String>,
    /// What it is over.
    pub total: String,
}

/// One invoice.
#[derive(Debug, Clone, Serialize)]
pub struct InvoicePage {
    /// The invoice.
    pub invoice: InvoiceCard,
    /// What was sold: text, quantity, amount.
    pub lines: Vec<[String; 3]>,
    /// Tax and total.
    pub sums: Vec<Fact>,
    /// When its source last said that it is so.
    pub confirmed_at: Timestamp,
    /// Its source does not name it any more.
    pub unconfirmed: bool,
    /// The document.
    pub pdf_url: String,
    /// The list.
    pub back_url: String,
}

impl Page for InvoicePage {
    const TEMPLATE: &'static str = "portal/invoices/one.html";
}

/// What staff see: how the source is doing, and what nobody sees.
#[derive(Debug, Clone, Serialize)]
pub struct InvoiceDesk {
    /// The source; none: none is configured.
    pub source: Option<FeedCard>,
    /// What is searched for: the beginning of a number.
    pub search: String,
    /// The invoices found; without a search, those that nobody sees.
    pub items: Vec<InvoiceRow>,
    /// POST here reads the source.
    pub read_action: String,
}

impl Page for InvoiceDesk {
    const TEMPLATE: &'static str = "console/invoices.html";
}

/// How the last reading of the source went.
#[derive(Debug, Clone, Serialize)]
pub struct FeedCard {
    /// Its name.
    pub name: String,
    /// How it went.
    pub state: Badge,
    /// When it began.
    pub began_at: Option<Timestamp>,
    /// How many rows there were.
    pub rows: usize,
    /// Why it did not come to its end.
    pub error: Option<String>,
    /// Rows that could not be read, each with its line.
    pub bad: Vec<Fact>,
}

/// An invoice as staff see it.
#[derive(Debug, Clone, Serialize)]
pub struct InvoiceRow {
    /// Its number.
    pub number: String,
    /// Its date.
    pub date: String,
    /// What it is over.
    pub total: String,
    /// How it stands.
    pub status: Badge,
    /// The customer's page.
    pub customer_url: Option<String>,
    /// The customer, by name or as the source names them.
    pub customer: String,
    /// What staff should know: why nobody sees it, that it does not add up, that it is no longer confirmed.
    pub notes: Vec<String>,
}
