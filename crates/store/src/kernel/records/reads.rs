//! Reads of records.

use std::collections::BTreeMap;

use tessera_core::kernel::ids::CustomerId;
use tessera_core::kernel::readings::Reservation;
use tessera_core::kernel::record::{HandleKind, Kind, RecordKey};

use super::rows::{StoredRecord, record};
use super::sql;
use crate::kernel::reads::{read_all, read_one};
use crate::search::records::{ROOM, filled};
use crate::{Reads, StoreError, Value, values};

impl Reads {
    /// A page of a marketplace's accounts, by id.
    pub async fn accounts(
        &self,
        marketplace: &str,
        after: &str,
        limit: usize,
    ) -> Result<Vec<StoredRecord>, StoreError> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        read_all(self.query(sql::ACCOUNTS_AFTER, values![marketplace, after, limit]).await?, record)
    }

    /// A page of all records, by key.
    pub async fn records_after(
        &self,
        after: Option<&RecordKey>,
        limit: usize,
    ) -> Result<Vec<StoredRecord>, StoreError> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let (system, kind, id) =
            after.map_or(("", "", ""), |key| (key.system.as_str(), key.kind.as_str(), key.external_id.as_str()));
        read_all(self.query(sql::RECORDS_AFTER, values![system, kind, id, limit]).await?, record)
    }

    /// One record.
    pub async fn record(&self, key: &RecordKey) -> Result<Option<StoredRecord>, StoreError> {
        read_one(self.one(sql::RECORD, values![&key.system, key.kind.as_str(), &key.external_id]).await?, record)
    }

    /// The latest timestamp of the reading clock over all processes, and the end of the reserved range.
    pub async fn reading_clock(&self) -> Result<Option<Reservation>, StoreError> {
        read_one(self.one(sql::READING_CLOCK, Vec::new()).await?, |row| {
            Ok(Reservation { latest: row.get("latest")?, until: row.get("reserved")? })
        })
    }

    /// Some records, by key. Unknown ones are omitted.
    pub async fn records_among(&self, keys: &[&RecordKey]) -> Result<BTreeMap<RecordKey, StoredRecord>, StoreError> {
        let mut found = BTreeMap::new();
        for ((system, kind), ids) in by_kind(keys) {
            for some in ids.chunks(ROOM) {
                let mut values = filled(some.iter().map(|id| Value::from(*id)));
                values.extend(values![system, kind.as_str()]);
                let records = read_all(self.query(sql::RECORDS_AMONG, values).await?, record)?;
                found.extend(records.into_iter().map(|record| (record.key.clone(), record)));
            }
        }
        Ok(found)
    }

    /// The current key of a record: follows its merges to the surviving record.
    pub async fn standing(&self, key: &RecordKey) -> Result<RecordKey, StoreError> {
        let mut key = key.clone();
        // Chains of merges are short. The limit protects against a cycle, which only faulty data could contain.
        for _ in 0..8 {
            match self.record(&key).await?.and_then(|record| record.merged_into) {
                Some(into) => key.external_id = into,
                None => break,
            }
        }
        Ok(key)
    }

    /// The records linked to a customer.
    pub async fn linked_records(&self, of: CustomerId) -> Result<Vec<StoredRecord>, StoreError> {
        read_all(self.query(sql::RECORDS_LINKED, values![of]).await?, record)
    }

    /// The assets assigned to a requester.
    pub async fn records_held(&self, system: &str, requester_id: &str) -> Result<Vec<StoredRecord>, StoreError> {
        read_all(self.query(sql::RECORDS_HELD, values![system, requester_id]).await?, record)
    }

    /// Records with exactly this value.
    pub async fn records_by(
        &self,
        handle: HandleKind,
        value: &str,
        limit: usize,
    ) -> Result<Vec<StoredRecord>, StoreError> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        read_all(self.query(sql::RECORDS_BY_HANDLE, values![handle.as_str(), value, limit]).await?, record)
    }

    /// Records with exactly one of these values, each with its value.
    pub async fn records_by_any(
        &self,
        handle: HandleKind,
        wanted: &[&str],
    ) -> Result<Vec<(String, StoredRecord)>, StoreError> {
        let mut found = Vec::new();
        for some in wanted.chunks(ROOM) {
            let mut values = filled(some.iter().map(|value| Value::from(*value)));
            values.extend(values![handle.as_str()]);
            let rows = self.query(sql::RECORDS_BY_HANDLES, values).await?;
            found.extend(read_all(rows, |row| {
                let value = row.get("handle_value")?;
                Ok((value, record(row)?))
            })?);
        }
        Ok(found)
    }

    /// Deleted records with exactly this value.
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

/// Ids of records by system and kind, as statements about several records take them.
pub(crate) fn by_kind<'a>(keys: &[&'a RecordKey]) -> BTreeMap<(&'a str, Kind), Vec<&'a str>> {
    let mut ids: BTreeMap<(&str, Kind), Vec<&str>> = BTreeMap::new();
    for key in keys {
        ids.entry((&key.system, key.kind)).or_default().push(&key.external_id);
    }
    ids
}
