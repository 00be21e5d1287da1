//! What is read of sweeps.

use jiff::Timestamp;
use tessera_core::kernel::ids::SweepId;
use tessera_core::kernel::record::Kind;

use super::rows::{Alarm, Sweep, alarm, sweep};
use super::sql;
use crate::engine::{Row, Sql, Value};
use crate::kernel::reads::{read_all, read_one};
use crate::{Reads, StoreError, values};

/// How many records [`Store::known_records`] asks for at once.
const AT_ONCE: usize = 100;

/// What the hub knows of an object, as far as telling a change needs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownRecord {
    /// The object's id.
    pub external_id: String,
    /// Digest of what it says.
    pub content_hash: [u8; 32],
    /// When it was read.
    pub read_at: Timestamp,
    /// Whether it is known to be gone.
    pub gone: bool,
    /// Whether a change of it waits for a decision.
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

    /// The last sweep of each kind, dry runs apart.
    pub async fn sweeps(&self) -> Result<Vec<Sweep>, StoreError> {
        read_all(self.query(sql::SWEEPS_LATEST, Vec::new()).await?, sweep)
    }

    /// The sweep of a kind that has not ended.
    pub async fn open_sweep(&self, system: &str, kind: &str, dry: bool) -> Result<Option<Sweep>, StoreError> {
        read_one(self.one(sql::SWEEP_OPEN, values![system, kind, dry]).await?, sweep)
    }

    /// The last sweep of a kind that brought everything in line; a full one, if `full`.
    pub async fn last_good_sweep(&self, system: &str, kind: &str, full: bool) -> Result<Option<Sweep>, StoreError> {
        let statement = if full { sql::SWEEP_LAST_FULL } else { sql::SWEEP_LAST_GOOD };
        read_one(self.one(statement, values![system, kind]).await?, sweep)
    }

    /// What the hub knows of some objects, in few queries however many there are.
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

    /// How many objects of a kind are known and not gone.
    pub async fn live_records(&self, system: &str, kind: Kind) -> Result<i64, StoreError> {
        self.number(sql::RECORDS_LIVE, values![system, kind.as_str()]).await
    }

    /// Ids of live records that were not read since then, in order, beginning behind `after`. What is held counts as read.
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

    /// How many devices and records of a system are linked to customers.
    pub async fn linked_count(&self, system: &str) -> Result<i64, StoreError> {
        self.number(sql::LINKED_COUNT, values![system]).await
    }

    /// What was raised and not cleared, the oldest first. What is held is no row of these: [`Store::held_now`] tells.
    pub async fn alarms(&self) -> Result<Vec<Alarm>, StoreError> {
        read_all(self.query(sql::ALARMS, Vec::new()).await?, alarm)
    }

    pub(crate) async fn number(&self, statement: Sql, values: Vec<Value>) -> Result<i64, StoreError> {
        Ok(read_one(self.one(statement, values).await?, |row| row.get("count"))?.unwrap_or_default())
    }
}
