//! Invoices (`P09`): read from another system and shown to the customer; the hub never changes them.
//!
//! An invoice that disappears from its source is kept and marked as no longer confirmed. The hub never deletes
//! invoices.

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

/// Rejection of reading invoices.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvoiceError {
    /// No invoice source is configured.
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
use crate::kernel::normalise::clean;
use crate::kernel::record::RecordKey;
use crate::kernel::rejection::Rejection;
use crate::kernel::searched;
use crate::kernel::unicode::searchable;

/// The content of an invoice, as supplied by its source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bill {
    /// Invoice number, as printed.
    pub number: String,
    /// Invoice date.
    pub date: Date,
    /// Due date.
    pub due: Option<Date>,
    /// Total amount.
    pub total: Money,
    /// Tax included in the total.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tax: Option<Money>,
    /// Line items.
    #[serde(default)]
    pub lines: Vec<BillLine>,
    /// State in the source.
    pub delivered: Delivered,
    /// The source's identifier of the customer.
    pub customer: String,
    /// The source's name of the place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
}

/// A line item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BillLine {
    /// Description.
    pub text: String,
    /// Quantity, as supplied.
    pub quantity: Option<String>,
    /// Total amount of the line.
    pub amount: Money,
}

/// State of an invoice in its source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Delivered {
    /// Unpaid.
    Open,
    /// Paid.
    Paid,
    /// Cancelled by a credit note.
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

/// Current status of an invoice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InvoiceStatus {
    /// Unpaid.
    Open,
    /// Unpaid after the due date.
    Overdue,
    /// Paid.
    Paid,
    /// Cancelled by a credit note.
    Credited,
    /// The customer gets the amount: it is a credit note itself.
    CreditNote,
    /// Its total is nothing.
    NothingToPay,
}

impl InvoiceStatus {
    /// The name used in addresses and the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Overdue => "overdue",
            Self::Paid => "paid",
            Self::Credited => "credited",
            Self::CreditNote => "credit_note",
            Self::NothingToPay => "nothing_to_pay",
        }
    }
}

impl Bill {
    /// The status on a day. An invoice is not overdue before the end of its due date.
    pub fn status(&self, today: Date) -> InvoiceStatus {
        match self.delivered {
            Delivered::Open if self.total.minor < 0 => InvoiceStatus::CreditNote,
            Delivered::Open if self.total.minor == 0 => InvoiceStatus::NothingToPay,
            Delivered::Open if self.due.is_some_and(|due| due < today) => InvoiceStatus::Overdue,
            Delivered::Open => InvoiceStatus::Open,
            Delivered::Paid => InvoiceStatus::Paid,
            Delivered::Credited => InvoiceStatus::Credited,
        }
    }

    /// The state under which lists show it. What nobody has to pay is not listed among what is to be paid.
    pub const fn listed_as(&self) -> Delivered {
        match self.delivered {
            Delivered::Open if self.total.minor < 0 => Delivered::Credited,
            Delivered::Open if self.total.minor == 0 => Delivered::Paid,
            as_delivered => as_delivered,
        }
    }

    /// The day until which it is to be paid, if there is something to pay.
    pub fn payable_until(&self) -> Option<Date> {
        self.due.filter(|_| self.total.minor > 0)
    }

    /// Whether the sum of the lines, with or without tax, differs from the total. The invoice is shown as supplied
    /// anyway.
    pub fn does_not_add_up(&self) -> bool {
        let zero = Money::new(0, self.total.currency);
        let Some(sum) = self.lines.iter().try_fold(zero, |sum, line| sum.plus(line.amount)) else { return true };
        let with_tax = self.tax.and_then(|tax| sum.plus(tax));
        !self.lines.is_empty() && sum != self.total && with_tax != Some(self.total)
    }

    /// Text for the search in invoices, in lower case.
    pub fn search_text(&self) -> String {
        let texts = self.lines.iter().map(|line| line.text.as_str());
        // A number with another dash than the one on the keyboard is found with both.
        let named = Some(number_named(&self.number)).filter(|named| *named != self.number);
        let all: Vec<&str> = std::iter::once(self.number.as_str()).chain(named.as_deref()).chain(texts).collect();
        searchable(&all.join(" ")).to_lowercase()
    }

    /// Digest of the content, which detects changes.
    pub fn hash(&self) -> [u8; 32] {
        let mut content = serde_json::to_string(self).unwrap_or_default();
        // What is listed differently than delivered is stored once more, if it was stored before lists knew that.
        if self.listed_as() != self.delivered {
            content.push_str(self.listed_as().as_str());
        }
        Sha256::digest(content).into()
    }
}

/// The invoice number that a text names: `#2026-132`, `invoice 2026-132`, with any dash. An invoice can also have the
/// number exactly as typed.
pub fn number_named(typed: &str) -> String {
    searched::number(typed, &["invoice", "inv", "bill"])
}

/// A stored invoice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invoice {
    /// The invoice's id.
    pub id: InvoiceId,
    /// The source's configured name.
    pub source: String,
    /// Content, as supplied by the source.
    pub bill: Bill,
    /// The customer; `None` if `unmatched`.
    pub customer_id: Option<CustomerId>,
    /// The place. People with access to the place can see the invoice; without a place, only staff can.
    pub place_id: Option<PlaceId>,
    /// Reason why no customer can see it.
    pub unmatched: Option<Unmatched>,
    /// Time of the last read that found it.
    pub confirmed_at: Timestamp,
    /// Time since the source no longer has it.
    pub missing_since: Option<Timestamp>,
    /// Time when the hub first read it.
    pub created_at: Timestamp,
}

/// How a source identifies customers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CustomerKey {
    /// By the id of one of their records. The key contains everything but the id.
    Record(RecordKey),
    /// By their primary e-mail address.
    Email,
}

impl CustomerKey {
    /// The key of the record with this id; `None` if customers are identified by e-mail address.
    pub fn record(&self, named: &str) -> Option<RecordKey> {
        match self {
            // An id that was copied from a page can bring invisible characters along.
            Self::Record(key) => Some(RecordKey { external_id: clean(named), ..key.clone() }),
            Self::Email => None,
        }
    }
}
