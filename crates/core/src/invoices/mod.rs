//! Invoices (`P09`): read from another system, shown to the customer, never written by us.
//!
//! An invoice that vanishes from its source is kept, and said to be no longer confirmed; nothing here takes an invoice away.

pub mod change;
pub mod jobs;
mod plan;
mod row;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

pub use plan::{InvoiceEvent, Known, Owner, Unmatched, missing, observe};
pub use row::{FieldNames, InvoiceRowError, LineNames, Mapping, Row, Text};

/// Invoices are not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvoiceError {
    /// None is configured.
    #[error("no source of invoices is configured; add the section [invoices]")]
    NoSource,
}

impl Rejection for InvoiceError {
    fn code(&self) -> &'static str {
        "no_invoice_source"
    }
}

use crate::kernel::ids::{CustomerId, InvoiceId, PlaceId};
use crate::kernel::money::Money;
use crate::kernel::record::RecordKey;
use crate::kernel::rejection::Rejection;

/// What a source says of an invoice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bill {
    /// Its number, as printed.
    pub number: String,
    /// Its date.
    pub date: Date,
    /// Until when it is to be paid.
    pub due: Option<Date>,
    /// What is to be paid, in its currency.
    pub total: Money,
    /// The part of it that is tax.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tax: Option<Money>,
    /// What was sold.
    #[serde(default)]
    pub lines: Vec<BillLine>,
    /// How it stands in its source.
    pub delivered: Delivered,
    /// By what its customer is named there.
    pub customer: String,
    /// At what place it is, as named there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
}

/// One thing sold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BillLine {
    /// What.
    pub text: String,
    /// How many, as delivered.
    pub quantity: Option<String>,
    /// What all of it costs.
    pub amount: Money,
}

/// How an invoice stands in its source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Delivered {
    /// To be paid.
    Open,
    /// Paid.
    Paid,
    /// Taken back by a credit note.
    Credited,
}

impl Delivered {
    /// The name used in the database and the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Paid => "paid",
            Self::Credited => "credited",
        }
    }

    /// Reads the name back.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Open, Self::Paid, Self::Credited].into_iter().find(|it| it.as_str() == text)
    }
}

/// How an invoice stands today.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InvoiceStatus {
    /// To be paid.
    Open,
    /// To be paid, and its due date has passed.
    Overdue,
    /// Paid.
    Paid,
    /// Taken back by a credit note.
    Credited,
}

impl InvoiceStatus {
    /// The name used in addresses and the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Overdue => "overdue",
            Self::Paid => "paid",
            Self::Credited => "credited",
        }
    }
}

impl Bill {
    /// How it stands on a day. It is due until the end of its due date.
    pub fn status(&self, today: Date) -> InvoiceStatus {
        match self.delivered {
            Delivered::Open if self.due.is_some_and(|due| due < today) => InvoiceStatus::Overdue,
            Delivered::Open => InvoiceStatus::Open,
            Delivered::Paid => InvoiceStatus::Paid,
            Delivered::Credited => InvoiceStatus::Credited,
        }
    }

    /// Whether the lines, with the tax if they are without, do not make the total. Shown as delivered all the same.
    pub fn does_not_add_up(&self) -> bool {
        let zero = Money::new(0, self.total.currency);
        let Some(sum) = self.lines.iter().try_fold(zero, |sum, line| sum.plus(line.amount)) else { return true };
        let with_tax = self.tax.and_then(|tax| sum.plus(tax));
        !self.lines.is_empty() && sum != self.total && with_tax != Some(self.total)
    }

    /// What a search at somebody's own places looks into.
    pub fn search_text(&self) -> String {
        let texts = self.lines.iter().map(|line| line.text.as_str());
        let all: Vec<&str> = std::iter::once(self.number.as_str()).chain(texts).collect();
        all.join(" ").to_lowercase()
    }

    /// The same for the same content.
    pub fn hash(&self) -> [u8; 32] {
        Sha256::digest(serde_json::to_string(self).unwrap_or_default()).into()
    }
}

/// An invoice as the hub keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invoice {
    /// Its id.
    pub id: InvoiceId,
    /// The source's configured name.
    pub source: String,
    /// What the source says.
    pub bill: Bill,
    /// Whose it is; none: see `unmatched`.
    pub customer_id: Option<CustomerId>,
    /// At which place: who may see the place sees it. None: nobody but staff sees it.
    pub place_id: Option<PlaceId>,
    /// Why nobody sees it.
    pub unmatched: Option<Unmatched>,
    /// When its source last said that it is so.
    pub confirmed_at: Timestamp,
    /// Since when its source does not name it any more.
    pub missing_since: Option<Timestamp>,
    /// Since when the hub knows it.
    pub created_at: Timestamp,
}

/// By what a source names customers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CustomerKey {
    /// The id of a record of theirs: everything of the record's key but its id.
    Record(RecordKey),
    /// Their primary e-mail address.
    Email,
}

impl CustomerKey {
    /// The record that a customer named so has.
    pub fn record(&self, named: &str) -> Option<RecordKey> {
        match self {
            Self::Record(key) => Some(RecordKey { external_id: named.trim().to_owned(), ..key.clone() }),
            Self::Email => None,
        }
    }
}
