//! Plans about invoices read from a source.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Bill, Delivered, Invoice, InvoiceStatus};
use crate::invoices::change::InvoiceChange;
use crate::kernel::customer::Customer;
use crate::kernel::ids::{CustomerId, InvoiceId, PlaceId};
use crate::kernel::money::Money;
use crate::kernel::plan::{CustomerEdit, Plan, Stamp};
use crate::kernel::timeline::FeatureEvent;

/// Maximum age in days of a new invoice that is noted on the timeline. Older ones are not news.
const NEWS_DAYS: i32 = 60;

/// A stored invoice with its content hash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// The invoice.
    pub invoice: Invoice,
    /// Hash of the content at the last read.
    pub hash: [u8; 32],
}

/// The owner of an invoice, if it can be determined.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Owner {
    /// A customer, and one of their places.
    Found(CustomerId, PlaceId),
    /// No owner found.
    Unmatched(Unmatched),
}

/// Reason why an invoice has no owner.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unmatched {
    /// No customer has the identifier.
    NoCustomer,
    /// Several customers have the identifier.
    SeveralCustomers,
    /// The source names a place that is not configured.
    UnknownPlace,
    /// The place belongs to another customer.
    ForeignPlace,
}

impl Unmatched {
    /// The name used in the database and the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NoCustomer => "no_customer",
            Self::SeveralCustomers => "several_customers",
            Self::UnknownPlace => "unknown_place",
            Self::ForeignPlace => "foreign_place",
        }
    }

    /// Reads the name back.
    pub fn parse(text: &str) -> Option<Self> {
        let all = [Self::NoCustomer, Self::SeveralCustomers, Self::UnknownPlace, Self::ForeignPlace];
        all.into_iter().find(|it| it.as_str() == text)
    }

    /// Explanation for staff, with a remedy.
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::NoCustomer => {
                "No customer here is named so. It is matched by itself once the customer has activated."
            }
            Self::SeveralCustomers => "Several customers are named so. Name customers by an id of theirs instead.",
            Self::UnknownPlace => "Its place is not known here. Add it under [invoices.places].",
            Self::ForeignPlace => {
                "Its place is another customer’s. Correct it in the source or under [invoices.places]."
            }
        }
    }
}

/// A timeline event of an invoice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvoiceEvent {
    /// The invoice.
    pub invoice_id: InvoiceId,
    /// Invoice number.
    pub number: String,
    /// Total amount.
    pub total: Money,
    /// The new state; `None` for a new invoice.
    pub became: Option<Delivered>,
}

impl FeatureEvent for InvoiceEvent {
    const NAMES: &'static [&'static str] = &["invoice"];

    fn name(&self) -> &'static str {
        "invoice"
    }

    fn detail(&self) -> Value {
        serde_json::to_value(self).unwrap_or_default()
    }

    fn read(_: &str, detail: &Value) -> serde_json::Result<Self> {
        Self::deserialize(detail)
    }
}

/// Plans the changes for an invoice as read from a source. `customer` is the customer of `owner`, for the timeline.
/// `today` is the day in the company's time zone.
pub fn observe(
    source: &str,
    bill: Bill,
    known: Option<&Known>,
    owner: &Owner,
    customer: Option<Customer>,
    today: Date,
    stamp: Stamp<'_>,
) -> Plan {
    let (customer_id, place_id, unmatched) = match owner {
        Owner::Found(customer, place) => (Some(*customer), Some(*place), None),
        Owner::Unmatched(why) => (None, None, Some(*why)),
    };
    let mut plan = Plan::default();
    if let Some(known) = known {
        let it = &known.invoice;
        let same_owner = (it.customer_id, it.place_id, it.unmatched) == (customer_id, place_id, unmatched);
        if known.hash == bill.hash() && same_owner {
            plan.push(InvoiceChange::Confirm { id: it.id, at: stamp.reading }, "its source says so still");
            return plan;
        }
    }
    let before = known.map(|known| &known.invoice);
    let invoice = Invoice {
        id: before.map_or_else(|| stamp.id(), |before| before.id),
        source: source.to_owned(),
        customer_id,
        place_id,
        unmatched,
        confirmed_at: stamp.reading,
        missing_since: None,
        created_at: before.map_or(stamp.now, |before| before.created_at),
        bill,
    };
    if let (Some(customer), Some(event)) = (customer, news(&invoice, before, today)) {
        let mut draft = CustomerEdit::of(customer, stamp);
        draft.note(event);
        plan.extend(draft.finish());
    }
    if let Some(before) = before {
        let expect = InvoiceChange::Expect { id: before.id, confirmed_at: before.confirmed_at };
        plan.push(expect, "what is new about it is noted once");
    }
    plan.push(InvoiceChange::Put(Box::new(invoice)), "its source says so");
    plan
}

fn news(invoice: &Invoice, before: Option<&Invoice>, today: Date) -> Option<InvoiceEvent> {
    let bill = &invoice.bill;
    let became = match before.filter(|before| before.customer_id == invoice.customer_id) {
        Some(before) if before.bill.delivered == bill.delivered => return None,
        Some(_) => Some(bill.delivered),
        None => {
            let age = today.since(bill.date).ok()?.get_days();
            if age > NEWS_DAYS || bill.status(today) == InvoiceStatus::Credited {
                return None;
            }
            None
        }
    };
    Some(InvoiceEvent { invoice_id: invoice.id, number: bill.number.clone(), total: bill.total, became })
}

/// Whether missing invoices are plausible rather than the sign of a broken feed: never all invoices of the source at
/// once, and at most half of them or fewer than ten.
pub fn missing(known: usize, unseen: usize) -> bool {
    unseen > 0 && (unseen < 10 || unseen * 2 <= known) && unseen < known.max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn p09_an_emptied_feed_marks_no_invoice_as_missing() {
        assert!(missing(100, 3));
        assert!(missing(100, 50));
        assert!(!missing(100, 51), "half of them at once is a broken feed");
        assert!(!missing(5, 5), "all of them is an emptied feed");
        assert!(!missing(100, 0));
    }
}
