//! Rows of invoices.

use tessera_core::invoices::{Invoice, Known, Unmatched};

use crate::Undecodable;
use crate::engine::Row;

/// Column list of a table: `columns!(invoices)`, or `columns!(invoices "x.")` with a table alias.
macro_rules! columns {
    (invoices $($alias:literal)?) => {
        $crate::engine::listed!($($alias)?;
            "id", "source", "bill", "customer_id", "place_id", "unmatched", "confirmed_at", "missing_since",
            "created_at", "hash")
    };
}
pub(super) use columns;

pub(super) fn known(row: &Row) -> Result<Known, Undecodable> {
    let invoice = Invoice {
        id: row.id("id")?,
        source: row.get("source")?,
        bill: row.json("bill")?,
        customer_id: row.optional_id("customer_id")?,
        place_id: row.optional_id("place_id")?,
        unmatched: row.get::<Option<String>>("unmatched")?.as_deref().and_then(Unmatched::parse),
        confirmed_at: row.get("confirmed_at")?,
        missing_since: row.get("missing_since")?,
        created_at: row.get("created_at")?,
    };
    Ok(Known { invoice, hash: row.get("hash")? })
}
