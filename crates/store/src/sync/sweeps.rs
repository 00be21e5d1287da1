//! Sweeps: how far they are, and what somebody has to look at.

use jiff::Timestamp;
use tessera_core::kernel::ids::SweepId;
use tessera_core::kernel::record::Kind;
use tessera_core::sync::sweep::{SweepMode, SweepState};

use crate::engine::{Row, Sql, Value};
use crate::kernel::reads::{read_all, read_one};
use crate::kernel::sql;
use crate::{Reads, StoreError, Undecodable, values};

/// How many records [`Store::known_records`] asks for at once.
const AT_ONCE: usize = 100;

/// One comparison with an outside system.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sweep {
    /// Its id.
    pub id: SweepId,
    /// The system.
    pub system: String,
    /// Requesters, contacts or assets; `single` for changes that came one by one and were held together.
    pub kind: String,
    /// How much it reads.
    pub mode: SweepMode,
    /// Whether it only plans.
    pub dry: bool,
    /// How it stands.
    pub state: SweepState,
    /// Who asked for it.
    pub asked_by: String,
    /// When it was asked for; once it has begun, when that was.
    pub started_at: Timestamp,
    /// When it ended, or was last decided about.
    pub finished_at: Option<Timestamp>,
    /// How many pages were read.
    pub page: i64,
    /// How many objects it will see, as far as that can be told.
    pub expected: Option<i64>,
    /// How many objects it saw.
    pub seen: i64,
    /// How many of them were new or had changed.
    pub changed: i64,
    /// How many devices and links it would take, or took, from customers.
    pub takes_away: i64,
    /// How many known objects a complete list did not show.
    pub missing: i64,
    /// When it was to end by the first forecast.
    pub first_forecast_at: Option<Timestamp>,
    /// When it will end by the present forecast; of one that is paused, when it goes on.
    pub forecast_at: Option<Timestamp>,
    /// Where an incremental sweep stops: what changed before was seen by an earlier one.
    pub since: Option<Timestamp>,
    /// What stopped it, or what has to be looked at.
    pub error: Option<String>,
    /// Who released, applied or discarded it.
    pub decided_by: Option<String>,
}

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

/// Something that somebody has to look at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alarm {
    /// The system.
    pub system: String,
    /// What it is, for programs.
    pub code: String,
    /// What it is about: a kind of sweep, or nothing.
    pub about: String,
    /// Since when.
    pub since: Timestamp,
    /// What happened and what to do.
    pub detail: String,
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

    /// Whether a job of this key waits or runs.
    pub async fn has_live_job(&self, key: &str) -> Result<bool, StoreError> {
        Ok(self.one(sql::JOB_LIVE, values![key]).await?.is_some())
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

fn sweep(row: &Row) -> Result<Sweep, Undecodable> {
    Ok(Sweep {
        id: row.id("id")?,
        system: row.get("system")?,
        kind: row.get("kind")?,
        mode: row.text("mode", SweepMode::parse)?,
        dry: row.get("dry")?,
        state: row.text("state", SweepState::parse)?,
        asked_by: row.get("asked_by")?,
        started_at: row.get("started_at")?,
        finished_at: row.get("finished_at")?,
        page: row.get("page")?,
        expected: row.get("expected")?,
        seen: row.get("seen")?,
        changed: row.get("changed")?,
        takes_away: row.get("takes_away")?,
        missing: row.get("missing")?,
        first_forecast_at: row.get("first_forecast_at")?,
        forecast_at: row.get("forecast_at")?,
        since: row.get("since")?,
        error: row.get("error")?,
        decided_by: row.get("decided_by")?,
    })
}

fn alarm(row: &Row) -> Result<Alarm, Undecodable> {
    Ok(Alarm {
        system: row.get("system")?,
        code: row.get("code")?,
        about: row.get("about")?,
        since: row.get("since")?,
        detail: row.get("detail")?,
    })
}
