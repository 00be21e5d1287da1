//! Rows of links.

use tessera_core::kernel::customer::{Ended, Link, Origin, Suspension};

use crate::Undecodable;
use crate::engine::Row;
use crate::kernel::records::rows::record_key;

/// Column list of a table.
macro_rules! columns {
    (links) => {
        $crate::engine::listed!(;
            "id", "system", "kind", "external_id", "customer_id", "origin", "actor", "evidence", "created_at",
            "suspended_why", "ended_at", "ended_by", "ended_why")
    };
}
pub(super) use columns;

pub(super) fn link(row: &Row) -> Result<Link, Undecodable> {
    Ok(Link {
        id: row.id("id")?,
        record: record_key(row)?,
        customer_id: row.id("customer_id")?,
        origin: row.text("origin", Origin::parse)?,
        actor: row.get("actor")?,
        evidence: row.json("evidence")?,
        created_at: row.get("created_at")?,
        suspended: row.get::<Option<String>>("suspended_why")?.as_deref().and_then(Suspension::parse),
        ended: match (row.get("ended_at")?, row.get("ended_by")?, row.optional_json("ended_why")?) {
            (Some(at), Some(by), Some(why)) => Some(Ended { at, by, why }),
            _ => None,
        },
    })
}
