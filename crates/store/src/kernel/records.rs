//! Reading records.

use jiff::Timestamp;
use tessera_core::kernel::record::{Attributes, HandleKind, Kind, Observation, RecordKey};

use crate::engine::Row;
use crate::kernel::reads::{read_all, read_one, record_key};
use crate::kernel::sql;
use crate::{Reads, StoreError, Undecodable, values};

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

impl Reads {
    /// One record.
    pub async fn record(&self, key: &RecordKey) -> Result<Option<StoredRecord>, StoreError> {
        read_one(self.one(sql::RECORD, values![&key.system, key.kind.as_str(), &key.external_id]).await?, record)
    }

    /// The key that stands for this one now: the record it was merged into, and so on.
    pub async fn standing(&self, key: &RecordKey) -> Result<RecordKey, StoreError> {
        let mut key = key.clone();
        // A chain of merges ends; a ring, which only a mistake could make, does not.
        for _ in 0..8 {
            match self.record(&key).await?.and_then(|record| record.merged_into) {
                Some(into) => key.external_id = into,
                None => break,
            }
        }
        Ok(key)
    }

    /// The assets assigned to a requester.
    pub async fn records_held(&self, system: &str, requester_id: &str) -> Result<Vec<StoredRecord>, StoreError> {
        read_all(self.query(sql::RECORDS_HELD, values![system, requester_id]).await?, record)
    }

    /// Records that are found by exactly this value.
    pub async fn records_by(
        &self,
        handle: HandleKind,
        value: &str,
        limit: usize,
    ) -> Result<Vec<StoredRecord>, StoreError> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        read_all(self.query(sql::RECORDS_BY_HANDLE, values![handle.as_str(), value, limit]).await?, record)
    }

    /// Records that are found by exactly this value and are gone from their system.
    pub async fn gone_records_by(
        &self,
        handle: HandleKind,
        value: &str,
        limit: usize,
    ) -> Result<Vec<StoredRecord>, StoreError> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        read_all(self.query(sql::RECORDS_GONE_BY_HANDLE, values![handle.as_str(), value, limit]).await?, record)
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

pub(crate) fn record(row: &Row) -> Result<StoredRecord, Undecodable> {
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
