//! Rows of customers and links.

use tessera_core::kernel::customer::{Customer, Ended, Link, Origin, Suspension};

use crate::Undecodable;
use crate::engine::Row;
use crate::kernel::records::rows::record_key;

/// The columns of a table that are read from it: `columns!(customers)`, or `columns!(customers "x.")` where the table has an alias.
macro_rules! columns {
    (customers $($alias:literal)?) => {
        $crate::engine::listed!($($alias)?;
            "id", "version", "name", "email", "created_at", "updated_at", "devices_as_of", "contact_finding")
    };
    (links $($alias:literal)?) => {
        $crate::engine::listed!($($alias)?;
            "id", "system", "kind", "external_id", "customer_id", "origin", "actor", "evidence", "created_at",
            "suspended_why", "ended_at", "ended_by", "ended_why")
    };
}
pub(super) use columns;

pub(super) fn customer(row: &Row) -> Result<Customer, Undecodable> {
    Ok(Customer {
        id: row.id("id")?,
        version: row.get("version")?,
        name: row.get("name")?,
        email: row.get("email")?,
        created_at: row.get("created_at")?,
        updated_at: row.get("updated_at")?,
        devices_as_of: row.get("devices_as_of")?,
        contact_finding: row.optional_json("contact_finding")?,
    })
}

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
