//! Reads of sweeps.

use jiff::Timestamp;
use tessera_core::kernel::ids::SweepId;
use tessera_core::kernel::record::Kind;

use super::rows::{Alarm, Sweep, alarm, sweep};
use super::sql;
use crate::engine::{Row, Sql, Value};
use crate::kernel::reads::{read_all, read_one};
use crate::{Reads, StoreError, values};

/// Batch size of [`Store::known_records`].
const AT_ONCE: usize = 100;

/// The part of a record that change detection needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownRecord {
    /// The object's id.
    pub external_id: String,
    /// Digest of its content.
    pub content_hash: [u8; 32],
    /// Time of the last read.
    pub read_at: Timestamp,
    /// Whether it is known to be deleted.
    pub gone: bool,
    /// Whether a change of it is held.
    pub waits: bool,
}

impl Reads {
    /// One sweep.
    pub async fn sweep(&self, id: SweepId) -> Result<Option<Sweep>, StoreError> {
        read_one(self.one(sql::SWEEP, values![id]).await?, sweep)
    }

    /// All sweeps, newest first.
    pub async fn newest_sweeps(&self, limit: usize) -> Result<Vec<Sweep>, StoreError> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        read_all(self.query(sql::SWEEPS_NEWEST, values![limit]).await?, sweep)
    }

    /// The latest sweep of each kind, without dry runs.
    pub async fn sweeps(&self) -> Result<Vec<Sweep>, StoreError> {
        read_all(self.query(sql::SWEEPS_LATEST, Vec::new()).await?, sweep)
    }

    /// The unfinished sweep of a kind.
    pub async fn open_sweep(&self, system: &str, kind: &str, dry: bool) -> Result<Option<Sweep>, StoreError> {
        read_one(self.one(sql::SWEEP_OPEN, values![system, kind, dry]).await?, sweep)
    }

    /// The latest successful sweep of a kind; with `full`, the latest successful full sweep.
    pub async fn last_good_sweep(&self, system: &str, kind: &str, full: bool) -> Result<Option<Sweep>, StoreError> {
        let statement = if full { sql::SWEEP_LAST_FULL } else { sql::SWEEP_LAST_GOOD };
        read_one(self.one(statement, values![system, kind]).await?, sweep)
    }

    /// The known records of some objects, in as few queries as possible.
    pub async fn known_records(
        &self,
        system: &str,
        kind: Kind,
        ids: &[String],
    ) -> Result<Vec<KnownRecord>, StoreError> {
        let mut known = Vec::with_capacity(ids.len());
        for some in ids.chunks(AT_ONCE) {
            let mut values = values![system, kind.as_str()];
            values.extend(some.iter().cycle().take(AT_ONCE).map(Value::from));
            let read = |row: &Row| {
                let (external_id, content_hash) = (row.get("external_id")?, row.get("content_hash")?);
                let gone = row.get::<Option<Timestamp>>("gone_at")?.is_some();
                let read_at = row.get("read_at")?;
                let waits = row.get::<Option<Timestamp>>("held_at")?.is_some();
                Ok(KnownRecord { external_id, content_hash, read_at, gone, waits })
            };
            known.extend(read_all(self.query(sql::RECORDS_KNOWN, values).await?, read)?);
        }
        Ok(known)
    }

    /// Number of known records of a kind that are not deleted.
    pub async fn live_records(&self, system: &str, kind: Kind) -> Result<i64, StoreError> {
        self.number(sql::RECORDS_LIVE, values![system, kind.as_str()]).await
    }

    /// Ids of live records that were not read since a time, in order, after `after`. A held change counts as a read.
    pub async fn records_not_in_sweep(
        &self,
        system: &str,
        kind: Kind,
        after: &str,
        since: Timestamp,
        limit: usize,
    ) -> Result<Vec<String>, StoreError> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        read_all(self.query(sql::RECORDS_UNSEEN, values![system, kind.as_str(), after, since, limit]).await?, |row| {
            row.get("external_id")
        })
    }

    /// Number of a system's devices and records that are linked to customers.
    pub async fn linked_count(&self, system: &str) -> Result<i64, StoreError> {
        self.number(sql::LINKED_COUNT, values![system]).await
    }

    /// The raised alarms, oldest first. Holds are not among them; see [`Store::held_now`].
    pub async fn alarms(&self) -> Result<Vec<Alarm>, StoreError> {
        read_all(self.query(sql::ALARMS, Vec::new()).await?, alarm)
    }

    pub(crate) async fn number(&self, statement: Sql, values: Vec<Value>) -> Result<i64, StoreError> {
        Ok(read_one(self.one(statement, values).await?, |row| row.get("count"))?.unwrap_or_default())
    }
}
