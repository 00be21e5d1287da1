//! Wording of the timeline events of invoices.

use tessera_core::invoices::{Delivered, InvoiceEvent};

use super::Wording;
use crate::locale::{Arg, text};

impl Wording for InvoiceEvent {
    fn staff(&self) -> String {
        invoice(self)
    }

    fn customer(&self) -> Option<String> {
        Some(invoice_for_customer(self))
    }
}

/// The wording of an invoice's event for staff and customers.
fn invoice(event: &InvoiceEvent) -> String {
    let InvoiceEvent { number, total, .. } = event;
    match event.became {
        None => format!("Invoice {number} for {total} was issued"),
        Some(Delivered::Open) => format!("Invoice {number} for {total} is open again"),
        Some(Delivered::Paid) => format!("Invoice {number} for {total} was paid"),
        Some(Delivered::Credited) => format!("Invoice {number} for {total} was credited"),
    }
}

fn invoice_for_customer(event: &InvoiceEvent) -> String {
    let (number, total) = (Arg::shown(&event.number), Arg::shown(&event.total));
    match event.became {
        None => text!("timeline-invoice-issued", number = number, total = total),
        Some(Delivered::Open) => text!("timeline-invoice-open", number = number, total = total),
        Some(Delivered::Paid) => text!("timeline-invoice-paid", number = number, total = total),
        Some(Delivered::Credited) => text!("timeline-invoice-credited", number = number, total = total),
    }
}
