//! Rows of returns.

use tessera_core::returns::Return;

use crate::Undecodable;
use crate::engine::Row;

/// Column list of a table: `columns!(returns)`, or `columns!(returns "x.")` with a table alias.
macro_rules! columns {
    (returns $($alias:literal)?) => {
        $crate::engine::listed!($($alias)?;
            "id", "number", "version", "customer_id", "place_id", "person_id", "email", "lines", "created_at",
            "created_by", "updated_at")
    };
}
pub(super) use columns;

pub(super) fn customer_return(row: &Row) -> Result<Return, Undecodable> {
    Ok(Return {
        id: row.id("id")?,
        number: row.get("number")?,
        version: row.get("version")?,
        customer_id: row.id("customer_id")?,
        place_id: row.id("place_id")?,
        person_id: row.optional_id("person_id")?,
        email: row.get("email")?,
        lines: row.json("lines")?,
        created_at: row.get("created_at")?,
        created_by: row.get("created_by")?,
        updated_at: row.get("updated_at")?,
    })
}
