//! Rows of marketplaces.

use tessera_core::marketplace::{Call, Operation};

use crate::Undecodable;
use crate::engine::Row;

/// Column list of a table: `columns!(marketplace_calls)`, or `columns!(marketplace_calls "x.")` with a table alias.
macro_rules! columns {
    (marketplace_calls $($alias:literal)?) => {
        $crate::engine::listed!($($alias)?;
            "id", "marketplace", "operation", "account_id", "at", "micros", "code", "is_test", "request", "answer")
    };
}
pub(super) use columns;

pub(super) fn call(row: &Row) -> Result<Call, Undecodable> {
    Ok(Call {
        id: row.id("id")?,
        marketplace: row.get("marketplace")?,
        operation: row.get::<Option<String>>("operation")?.as_deref().and_then(Operation::parse),
        account_id: row.get("account_id")?,
        at: row.get("at")?,
        micros: row.get("micros")?,
        code: i32::try_from(row.get::<i64>("code")?).unwrap_or(i32::MIN),
        is_test: row.get("is_test")?,
        request: row.get("request")?,
        answer: row.get("answer")?,
    })
}
