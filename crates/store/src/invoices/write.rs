//! Lowers changes of invoices to statements.

use jiff::Timestamp;
use tessera_core::invoices::change::InvoiceChange;
use tessera_core::invoices::{Invoice, Unmatched};
use tessera_core::kernel::ids::InvoiceId;

use super::sql;
use crate::engine::Statement;
use crate::kernel::lower::{Lower, json};
use crate::{Conflict, values};

/// Due date of an invoice that is never overdue.
const NEVER: &str = "9999-12-31";

impl Lower for InvoiceChange {
    fn lower(&self, to: &mut Vec<Statement>) {
        match self {
            Self::Expect { id, confirmed_at } => {
                to.push(Statement::one(sql::INVOICE_EXPECT, values![*id, *confirmed_at], Conflict::Invoice));
            }
            Self::Put(invoice) => to.push(put(invoice)),
            Self::Confirm { id, at } => to.push(confirm(*id, *at)),
            Self::MarkMissing { source, at } => to.push(miss(source, *at)),
        }
    }
}

/// Sort key of an invoice in lists. Later dates come first.
pub fn sorted(invoice: &Invoice) -> String {
    format!("{} {}", invoice.bill.date, invoice.id)
}

fn put(invoice: &Invoice) -> Statement {
    let bill = &invoice.bill;
    let due = bill.payable_until().map_or_else(|| NEVER.to_owned(), |due| due.to_string());
    let values = values![
        invoice.id,
        &invoice.source,
        &bill.number,
        json(bill),
        bill.hash(),
        invoice.customer_id,
        invoice.place_id,
        invoice.unmatched.map(Unmatched::as_str),
        bill.listed_as().as_str(),
        due,
        sorted(invoice),
        bill.search_text(),
        invoice.confirmed_at,
        invoice.created_at,
    ];
    Statement::one(sql::INVOICE_PUT, values, Conflict::Invoice)
}

fn confirm(id: InvoiceId, at: Timestamp) -> Statement {
    Statement::any(sql::INVOICE_CONFIRM, values![at, id])
}

fn miss(source: &str, at: Timestamp) -> Statement {
    Statement::any(sql::INVOICES_MISS, values![at, source])
}
