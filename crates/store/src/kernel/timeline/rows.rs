//! Rows of timelines.

use tessera_core::kernel::timeline::{Entry, Head, PersonalPart};

use crate::Undecodable;
use crate::engine::Row;

/// Column list of a table: `columns!(timeline)`, or `columns!(timeline "x.")` with a table alias.
macro_rules! columns {
    (timeline $($alias:literal)?) => {
        $crate::engine::listed!($($alias)?;
            "customer_id", "seq", "at", "actor", "channel", "event", "personal", "salt", "commitment", "digest", "hash")
    };
}
pub(super) use columns;

/// The head of a timeline as stored. It may be unreadable, if the database was written to without the hub.
pub type ReadHead = Result<Head, Undecodable>;

pub(super) fn head(row: &Row) -> ReadHead {
    Ok(Head { length: row.get("head_length")?, hash: row.get("head_hash")? })
}

pub(super) fn entry(row: &Row) -> Result<Entry, Undecodable> {
    Ok(Entry {
        customer_id: row.id("customer_id")?,
        seq: row.get("seq")?,
        at: row.get("at")?,
        actor: row.get("actor")?,
        channel: row.get("channel")?,
        event: row.get("event")?,
        personal: match (row.get("personal")?, row.get("salt")?) {
            (Some(document), Some(salt)) => Some(PersonalPart { document, salt }),
            _ => None,
        },
        commitment: row.get("commitment")?,
        original: row.get("digest")?,
        hash: row.get("hash")?,
    })
}
