//! Reads of held changes.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use tessera_core::kernel::ids::{HeldId, SweepId};
use tessera_core::kernel::record::RecordKey;
use tessera_core::sync::hold::{HeldChange, Pressure};
use tessera_core::sync::sweep::SweepState;
use uuid::Uuid;

use super::rows::held;
use super::sql;
use crate::engine::Row;
use crate::kernel::reads::{read_all, read_one};
use crate::kernel::records::by_kind;
use crate::search::records::{ROOM, filled};
use crate::{Reads, StoreError, Value, values};

/// The held changes of a system.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// The system.
    pub system: String,
    /// Number of changes.
    pub changes: i64,
    /// Number of devices and links that they would remove from customers.
    pub takes: i64,
    /// Time of the oldest one.
    pub since: Timestamp,
}

/// A held change whose record has changed since it was planned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moved {
    /// The held change.
    pub id: HeldId,
    /// The record's title.
    pub title: String,
    /// Whether it has been chosen to be applied.
    pub chosen: bool,
}

/// The sweep that holds the change of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Binding {
    /// The sweep.
    pub run: SweepId,
    /// Whether it is held, or only put aside until its sweep ends.
    pub held: bool,
    /// Read time of the held observation.
    pub read_at: Timestamp,
}

impl Reads {
    /// The pressure on the brake of a system, without the record in question.
    pub async fn pressure(
        &self,
        system: &str,
        since: Timestamp,
        key: Option<&RecordKey>,
    ) -> Result<Pressure, StoreError> {
        let (kind, id) = key.map_or(("", ""), |key| (key.kind.as_str(), key.external_id.as_str()));
        let row = self.one(sql::BRAKE_PRESSURE, values![system, since, kind, id]).await?;
        let (taken, held) = read_one(row, |row| Ok((row.get("taken")?, row.get("held")?)))?.unwrap_or_default();
        Ok(Pressure { taken, held })
    }

    /// The sweep that holds the change of a record, if any.
    pub async fn binding(&self, key: &RecordKey) -> Result<Option<Binding>, StoreError> {
        let row = self.one(sql::HELD_BINDS, values![&key.system, key.kind.as_str(), &key.external_id]).await?;
        read_one(row, |row| {
            let run = row.id("run_id")?;
            let state = row.text("state", SweepState::parse)?;
            let held = matches!(state, SweepState::Held | SweepState::Applying);
            Ok(Binding { run, held, read_at: row.get("read_at")? })
        })
    }

    /// The held changes by system, from which alarms are made.
    pub async fn held_now(&self) -> Result<Vec<Held>, StoreError> {
        let read = |row: &Row| {
            Ok(Held {
                system: row.get("system")?,
                changes: row.get("changes")?,
                takes: row.get("takes")?,
                since: row.get("since")?,
            })
        };
        read_all(self.query(sql::HOLDS, Vec::new()).await?, read)
    }

    /// The hold that a change of this kind of record joins: that of the newest sweep of its kind, or that of single
    /// changes.
    pub async fn current_hold(&self, system: &str, sweep_kind: &str) -> Result<Option<SweepId>, StoreError> {
        read_one(self.one(sql::SWEEP_HELD, values![system, sweep_kind]).await?, |row| row.id("id"))
    }

    /// Number of held changes that would assign something to a holder: an asset to a requester.
    pub async fn held_for(&self, system: &str, holder: &str) -> Result<usize, StoreError> {
        Ok(usize::try_from(self.number(sql::HELD_FOR, values![system, holder]).await?).unwrap_or_default())
    }

    /// The changes of one sweep that wait for a decision, in order, after `after`.
    pub async fn held_changes(
        &self,
        run: SweepId,
        after: Option<HeldId>,
        limit: usize,
    ) -> Result<Vec<HeldChange>, StoreError> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let after = after.map_or(Uuid::nil(), |id| id.0);
        read_all(self.query(sql::HELD_PAGE, values![run, after, limit]).await?, held)
    }

    /// A held change.
    pub async fn held(&self, id: HeldId) -> Result<Option<HeldChange>, StoreError> {
        read_one(self.one(sql::HELD_ONE, values![id]).await?, held)
    }

    /// Those of these changes that wait for a decision, each with the sweep that holds it.
    pub async fn runs_of_waiting(&self, ids: &[HeldId]) -> Result<BTreeMap<HeldId, SweepId>, StoreError> {
        let rows = self.rows_of(sql::HELD_RUNS, ids).await?;
        Ok(read_all(rows, |row| Ok((row.id("id")?, row.id("run_id")?)))?.into_iter().collect())
    }

    /// The held change of a record.
    pub async fn held_change(&self, key: &RecordKey) -> Result<Option<HeldChange>, StoreError> {
        let values = values![&key.system, key.kind.as_str(), &key.external_id];
        read_one(self.one(sql::HELD_OF_RECORD, values).await?, held)
    }

    /// Those of these records that have a held change.
    pub async fn held_among(&self, keys: &[&RecordKey]) -> Result<BTreeSet<RecordKey>, StoreError> {
        let mut held = BTreeSet::new();
        for ((system, kind), ids) in by_kind(keys) {
            for some in ids.chunks(ROOM) {
                let mut values = filled(some.iter().map(|id| Value::from(*id)));
                values.extend(values![system, kind.as_str()]);
                let key = |row: &Row| Ok(RecordKey::new(system, kind, row.get::<String>("external_id")?));
                held.extend(read_all(self.query(sql::HELD_AMONG, values).await?, key)?);
            }
        }
        Ok(held)
    }

    /// Number of a sweep's changes that wait for a decision, and number of removals from customers in them.
    pub async fn held_count(&self, run: SweepId) -> Result<(i64, i64), StoreError> {
        let row = self.one(sql::HELD_COUNT, values![run]).await?;
        Ok(read_one(row, |row| Ok((row.get("count")?, row.get("takes")?)))?.unwrap_or_default())
    }

    /// Number of changes that a sweep put aside or found in other holds, and number of removals from customers in them.
    pub async fn held_met(&self, sweep: SweepId) -> Result<(i64, i64), StoreError> {
        let row = self.one(sql::HELD_MET, values![sweep]).await?;
        Ok(read_one(row, |row| Ok((row.get("count")?, row.get("takes")?)))?.unwrap_or_default())
    }

    /// The changes of a sweep whose records have changed since they were planned.
    pub async fn moved_since(&self, run: SweepId) -> Result<Vec<Moved>, StoreError> {
        let read = |row: &Row| Ok(Moved { id: row.id("id")?, title: row.get("title")?, chosen: row.get("chosen")? });
        read_all(self.query(sql::HELD_MOVED, values![run]).await?, read)
    }

    /// Number of a sweep's changes on objects that were unknown.
    pub async fn planned_new(&self, run: SweepId) -> Result<i64, StoreError> {
        self.number(sql::HELD_NEW, values![run]).await
    }

    /// Number of removals from customers of a system since a time, without those decided by staff.
    pub async fn taken_since(&self, system: &str, since: Timestamp) -> Result<i64, StoreError> {
        self.number(sql::TAKINGS_SINCE, values![system, since]).await
    }
}
