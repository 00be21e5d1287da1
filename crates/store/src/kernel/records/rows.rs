//! Rows of records.

use jiff::Timestamp;
use tessera_core::kernel::record::{Attributes, Kind, Observation, RecordKey};

use crate::Undecodable;
use crate::engine::Row;

/// Column list of a table: `columns!(records)`, or `columns!(records "x.")` with a table alias.
macro_rules! columns {
    (records $($alias:literal)?) => {
        $crate::engine::listed!($($alias)?;
            "system", "kind", "external_id", "attributes", "raw", "content_hash", "updated_at", "first_seen_at",
            "changed_at", "read_at", "gone_at", "missing_since", "misses", "merged_into", "held_at")
    };
}
pub(super) use columns;

/// A stored record of an outside system.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredRecord {
    /// Record key.
    pub key: RecordKey,
    /// The interpreted attributes.
    pub attributes: Attributes,
    /// The raw data of the system.
    pub raw: serde_json::Value,
    /// Digest of attributes and raw data.
    pub content_hash: [u8; 32],
    /// Time of the last change in its system.
    pub updated_at: Option<Timestamp>,
    /// Time of the first read.
    pub first_seen_at: Timestamp,
    /// Time of the first read of its present content.
    pub changed_at: Timestamp,
    /// Time of the last read.
    pub read_at: Timestamp,
    /// Time since which it is known to be deleted.
    pub gone_at: Option<Timestamp>,
    /// Time of the first failed lookup by id. A successful read clears it.
    pub missing_since: Option<Timestamp>,
    /// Number of consecutive failed lookups.
    pub misses: i64,
    /// Id of the record it was merged into.
    pub merged_into: Option<String>,
    /// Time since which a change of it is held.
    pub held_at: Option<Timestamp>,
}

impl StoredRecord {
    /// The record as last observed.
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

/// Attributes are stored without their kind, which has its own column.
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
