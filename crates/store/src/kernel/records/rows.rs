//! Rows of records.

use jiff::Timestamp;
use tessera_core::kernel::record::{Attributes, Kind, Observation, RecordKey};

use crate::Undecodable;
use crate::engine::Row;

/// The columns of a table that are read from it: `columns!(records)`, or `columns!(records "x.")` where the table has an alias.
macro_rules! columns {
    (records $($alias:literal)?) => {
        $crate::engine::listed!($($alias)?;
            "system", "kind", "external_id", "attributes", "raw", "content_hash", "updated_at", "first_seen_at",
            "changed_at", "read_at", "gone_at", "missing_since", "misses", "merged_into", "held_at")
    };
}
pub(super) use columns;

/// A record as the store keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredRecord {
    /// Which object.
    pub key: RecordKey,
    /// What it says, in the hub's words.
    pub attributes: Attributes,
    /// What it said, in the system's own words.
    pub raw: serde_json::Value,
    /// Digest of both.
    pub content_hash: [u8; 32],
    /// When its system last changed it.
    pub updated_at: Option<Timestamp>,
    /// When the hub first read it.
    pub first_seen_at: Timestamp,
    /// When the hub first read what it says now.
    pub changed_at: Timestamp,
    /// When the hub last read it.
    pub read_at: Timestamp,
    /// Since when it is known to be gone.
    pub gone_at: Option<Timestamp>,
    /// Since when looks for it by its id were in vain; a reading clears it.
    pub missing_since: Option<Timestamp>,
    /// How many looks in a row were in vain.
    pub misses: i64,
    /// The id of the one it was merged into, which its own id stands for now.
    pub merged_into: Option<String>,
    /// Since when a change of it waits for a decision.
    pub held_at: Option<Timestamp>,
}

impl StoredRecord {
    /// The record as it was observed when it was last read.
    pub fn observation(self) -> Observation {
        Observation {
            key: self.key,
            attributes: self.attributes,
            raw: self.raw,
            updated_at: self.updated_at,
            read_at: self.read_at,
        }
    }
}

/// Attributes are stored without their kind, which is a column of its own.
pub(crate) fn attributes(kind: Kind, row: &Row) -> Result<Attributes, Undecodable> {
    Ok(match kind {
        Kind::Requester => Attributes::Requester(row.json("attributes")?),
        Kind::Contact => Attributes::Contact(row.json("attributes")?),
        Kind::Asset => Attributes::Asset(row.json("attributes")?),
        Kind::User => Attributes::User(row.json("attributes")?),
        Kind::Account => Attributes::Account(Box::new(row.json("attributes")?)),
    })
}

pub(super) fn record(row: &Row) -> Result<StoredRecord, Undecodable> {
    let key = record_key(row)?;
    Ok(StoredRecord {
        attributes: attributes(key.kind, row)?,
        key,
        raw: row.json("raw")?,
        content_hash: row.get("content_hash")?,
        updated_at: row.get("updated_at")?,
        first_seen_at: row.get("first_seen_at")?,
        changed_at: row.get("changed_at")?,
        read_at: row.get("read_at")?,
        gone_at: row.get("gone_at")?,
        missing_since: row.get("missing_since")?,
        misses: row.get("misses")?,
        merged_into: row.get("merged_into")?,
        held_at: row.get("held_at")?,
    })
}

pub(crate) fn record_key(row: &Row) -> Result<RecordKey, Undecodable> {
    Ok(RecordKey {
        system: row.get("system")?,
        kind: row.text("kind", |text| text.parse().ok())?,
        external_id: row.get("external_id")?,
    })
}
