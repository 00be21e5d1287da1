//! What is read of what waits for a decision.

use std::collections::BTreeMap;

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
use crate::search::records::{ROOM, filled};
use crate::{Reads, StoreError, Value, values};

/// What is held of one system just now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// The system.
    pub system: String,
    /// How many changes.
    pub changes: i64,
    /// How many devices and links they would take from customers.
    pub takes: i64,
    /// Since when the oldest of them waits.
    pub since: Timestamp,
}

/// A change whose record moved since it was planned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moved {
    /// Which.
    pub id: HeldId,
    /// What the record is called.
    pub title: String,
    /// Whether a person has chosen it to be applied.
    pub chosen: bool,
}

/// Where the change of a record waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Binding {
    /// The sweep it belongs to.
    pub run: SweepId,
    /// Whether it is held, and not only put aside until its sweep ends.
    pub held: bool,
    /// When what waits was read.
    pub read_at: Timestamp,
}

impl Reads {
    /// What presses on the brake of a system, the record in question left out.
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

    /// Where the change of a record waits, if one does.
    pub async fn binding(&self, key: &RecordKey) -> Result<Option<Binding>, StoreError> {
        let row = self.one(sql::HELD_BINDS, values![&key.system, key.kind.as_str(), &key.external_id]).await?;
        read_one(row, |row| {
            let run = row.id("run_id")?;
            let state = row.text("state", SweepState::parse)?;
            let held = matches!(state, SweepState::Held | SweepState::Applying);
            Ok(Binding { run, held, read_at: row.get("read_at")? })
        })
    }

    /// What is held just now, by system. This is what alarms are made of.
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

    /// The hold that a change of this kind of record joins: the newest of a sweep of its kind, or that of single changes.
    pub async fn current_hold(&self, system: &str, sweep_kind: &str) -> Result<Option<SweepId>, StoreError> {
        read_one(self.one(sql::SWEEP_HELD, values![system, sweep_kind]).await?, |row| row.id("id"))
    }

    /// How many changes are held back that would give something to a holder: an asset to a requester.
    pub async fn held_for(&self, system: &str, holder: &str) -> Result<usize, StoreError> {
        Ok(usize::try_from(self.number(sql::HELD_FOR, values![system, holder]).await?).unwrap_or_default())
    }

    /// Changes of one sweep that wait for a decision, in order, beginning behind `after`.
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

    /// A change that waits for a decision.
    pub async fn held(&self, id: HeldId) -> Result<Option<HeldChange>, StoreError> {
        read_one(self.one(sql::HELD_ONE, values![id]).await?, held)
    }

    /// The change of a record that the brake holds.
    pub async fn held_change(&self, key: &RecordKey) -> Result<Option<HeldChange>, StoreError> {
        let values = values![&key.system, key.kind.as_str(), &key.external_id];
        read_one(self.one(sql::HELD_OF_RECORD, values).await?, held)
    }

    /// How many of these records have a change that the brake holds.
    pub async fn held_among(&self, keys: &[RecordKey]) -> Result<usize, StoreError> {
        let mut of_kind: BTreeMap<(&str, &str), Vec<&str>> = BTreeMap::new();
        for key in keys {
            of_kind.entry((&key.system, key.kind.as_str())).or_default().push(&key.external_id);
        }
        let mut held = 0;
        for ((system, kind), ids) in of_kind {
            for some in ids.chunks(ROOM) {
                let mut values = filled(some.iter().map(|id| Value::from(*id)));
                values.extend(values![system, kind]);
                held += self.number(sql::HELD_AMONG, values).await?;
            }
        }
        Ok(usize::try_from(held).unwrap_or_default())
    }

    /// How many changes of a sweep wait for a decision, and how much they take from customers.
    pub async fn held_count(&self, run: SweepId) -> Result<(i64, i64), StoreError> {
        let row = self.one(sql::HELD_COUNT, values![run]).await?;
        Ok(read_one(row, |row| Ok((row.get("count")?, row.get("takes")?)))?.unwrap_or_default())
    }

    /// How many changes a sweep put aside or met in the holds of others, and how much they take from customers.
    pub async fn held_met(&self, sweep: SweepId) -> Result<(i64, i64), StoreError> {
        let row = self.one(sql::HELD_MET, values![sweep]).await?;
        Ok(read_one(row, |row| Ok((row.get("count")?, row.get("takes")?)))?.unwrap_or_default())
    }

    /// The changes of a sweep whose records moved since they were planned.
    pub async fn moved_since(&self, run: SweepId) -> Result<Vec<Moved>, StoreError> {
        let read = |row: &Row| Ok(Moved { id: row.id("id")?, title: row.get("title")?, chosen: row.get("chosen")? });
        read_all(self.query(sql::HELD_MOVED, values![run]).await?, read)
    }

    /// How many of the changes of a sweep are of objects that nobody knew.
    pub async fn planned_new(&self, run: SweepId) -> Result<i64, StoreError> {
        self.number(sql::HELD_NEW, values![run]).await
    }

    /// How much was taken from customers of a system since, by what nobody had decided.
    pub async fn taken_since(&self, system: &str, since: Timestamp) -> Result<i64, StoreError> {
        self.number(sql::TAKINGS_SINCE, values![system, since]).await
    }
}
