//! What waits for a decision: put aside, released, decided about, applied. Every write here is a change of a plan.

use jiff::Timestamp;
use tessera_core::kernel::ids::{HeldId, SweepId};
use tessera_core::kernel::record::{Observation, RecordKey};
use tessera_core::sync::hold::{Decided, HeldChange, HoldChange, Pressure, PutAside, SweepEnd, SweepRequest, Taking};
use tessera_core::sync::observe::ReadRecord;
use tessera_core::sync::sweep::{Decision, SweepState};
use uuid::Uuid;

use crate::engine::{Row, Statement};
use crate::kernel::lower::json;
use crate::kernel::reads::{read_all, read_one, record_key};
use crate::kernel::records::attributes;
use crate::kernel::sql;
use crate::{Conflict, Reads, StoreError, Undecodable, values};

/// What ends a hold by itself.
const TAKEN_BACK: &str = "the outside system took it back: nothing is held any more";
/// What ends a hold when a later sweep met all of it.
const TAKEN_OVER: &str = "a later sweep read the same again, and holds it now";

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

/// The statements of a change. Those that decide about a limit or an emptied hold come after [`sql::BRAKE`], which lets one plan of a system
/// follow the other: then each sees what the one before it did.
pub(crate) fn lower(change: &HoldChange, to: &mut Vec<Statement>) {
    match change {
        HoldChange::Request(request) => to.push(request_sweep(request)),
        HoldChange::Take(taking) => take(taking, to),
        HoldChange::Open { run, system, at } => {
            brake(system, to);
            to.push(Statement::one(sql::SWEEP_SINGLE, values![*run, system, *at], Conflict::Hold));
        }
        HoldChange::PutAside(aside) => put_aside(aside, to),
        HoldChange::Release { key, read_at, at } => release(key, *read_at, *at, to),
        HoldChange::Applied { id, read_at, run, system, took } => {
            brake(system, to);
            to.push(Statement::any(sql::RECORD_RELEASE_ONE, values![*id]));
            to.push(Statement::one(sql::HELD_REMOVE, values![*id, *read_at], Conflict::Hold));
            to.push(Statement::any(sql::SWEEP_TOOK, values![*took, *run]));
        }
        HoldChange::Decide(decided) => decide(decided, to),
        HoldChange::Settle { run, system, at } => {
            brake(system, to);
            to.push(Statement::any(sql::SWEEP_SETTLE, values![*at, *run]));
        }
        HoldChange::GiveBack { run, system, why } => {
            brake(system, to);
            to.push(Statement::any(sql::HELD_UNCHOOSE, values![*run]));
            to.push(Statement::any(sql::SWEEP_NOT_APPLIED, values![why, *run]));
        }
        HoldChange::End(end) => end_sweep(end, to),
    }
}

fn request_sweep(request: &SweepRequest) -> Statement {
    let SweepRequest { id, system, kind, mode, dry, asked_by, at } = request;
    let waiting = SweepState::Waiting.as_str();
    let values = values![*id, system, kind, mode.as_str(), *dry, waiting, asked_by, *at];
    Statement::one(sql::SWEEP_CREATE, values, Conflict::Exists)
}

fn brake(system: &str, to: &mut Vec<Statement>) {
    to.push(Statement::any(sql::BRAKE, values![system]));
}

fn take(taking: &Taking, to: &mut Vec<Statement>) {
    let Taking { id, system, takes, at, since, limit } = taking;
    brake(system, to);
    to.push(Statement::one(sql::TAKE, values![*id, system, *at, *takes, *since, *limit], Conflict::Brake));
}

fn put_aside(aside: &PutAside, to: &mut Vec<Statement>) {
    let PutAside { change, on, read_by, dry } = aside;
    let key = change.seen.key();
    let kind = key.kind.as_str();
    brake(&key.system, to);
    to.push(Statement::one(sql::SWEEP_JOIN, values![change.run], Conflict::Hold));
    if !dry {
        if let Some(on) = on {
            let values = values![change.held_at, &key.system, kind, &key.external_id, on.read_at];
            to.push(Statement::one(sql::RECORD_HOLD, values, Conflict::Record));
        }
        let values = values![change.takes, &key.system, kind, &key.external_id, change.run];
        to.push(Statement::any(sql::SWEEP_HOLDS, values));
    }
    let read = match &change.seen {
        ReadRecord::There(read) => Some(read),
        ReadRecord::Missing { merge_target, .. } => merge_target.as_ref(),
    };
    let gone = matches!(change.seen, ReadRecord::Missing { .. });
    let merge_target = read.filter(|_| gone);
    let there = read.filter(|_| !gone);
    let values = values![
        change.id,
        change.run,
        *read_by,
        &key.system,
        kind,
        &key.external_id,
        &change.title,
        &change.before,
        &change.after,
        change.takes,
        gone,
        read.map(|read| json(&read.attributes)),
        read.map(|read| json(&read.raw)),
        read.and_then(|read| read.updated_at),
        change.seen.read_at(),
        merge_target.map(|merge_target| merge_target.key.external_id.as_str()),
        merge_target.map(|merge_target| merge_target.read_at),
        change.held_at,
        on.as_ref().map(|on| on.content_hash),
        // Nothing says what an object that is gone would say: no content has this digest.
        there.map_or([0; 32], |there| there.content_hash()),
        there.and_then(|there| there.holder()),
    ];
    to.push(Statement::any(if *dry { sql::STAGED_PUT } else { sql::HELD_PUT }, values));
}

fn release(key: &RecordKey, read_at: Timestamp, at: Timestamp, to: &mut Vec<Statement>) {
    let record = || values![&key.system, key.kind.as_str(), &key.external_id];
    let earlier = || values![&key.system, key.kind.as_str(), &key.external_id, read_at];
    brake(&key.system, to);
    to.push(Statement::any(sql::SWEEP_LETS_GO, earlier()));
    to.push(Statement::any(sql::HELD_CLEAR, earlier()));
    to.push(Statement::any(sql::RECORD_RELEASE, record()));
    to.push(Statement::any(sql::SWEEPS_EMPTIED, values![at, TAKEN_BACK, &key.system]));
}

fn decide(decided: &Decided, to: &mut Vec<Statement>) {
    let Decided { run, system, decision, chosen, count, by, at } = decided;
    brake(system, to);
    match chosen {
        None => to.push(Statement::any(sql::HELD_CHOOSE_ALL, values![*run])),
        Some(chosen) => {
            to.extend(chosen.iter().map(|id| Statement::one(sql::HELD_CHOOSE, values![*id, *run], Conflict::Hold)));
        }
    }
    let state = match decision {
        Decision::Apply => Some(SweepState::Applying.as_str()),
        Decision::Discard => None,
    };
    to.push(Statement::one(sql::SWEEP_DECIDE, values![state, by, *at, *run, *count], Conflict::Hold));
    match decision {
        Decision::Apply => to.push(Statement::any(sql::HELD_TO_APPLY, values![*run])),
        Decision::Discard => {
            drop_chosen(*run, to);
            to.push(Statement::any(sql::SWEEP_DISCARDED, values![*run]));
        }
    }
}

fn drop_chosen(run: SweepId, to: &mut Vec<Statement>) {
    to.push(Statement::any(sql::RECORDS_RELEASE_CHOSEN, values![run]));
    to.push(Statement::any(sql::HELD_DROP_CHOSEN, values![run]));
}

fn end_sweep(end: &SweepEnd, to: &mut Vec<Statement>) {
    let SweepEnd { run, system, state, at, missing, takes_away, error } = end;
    brake(system, to);
    match state {
        SweepState::Held => to.push(Statement::any(sql::HELD_ADOPT, values![*run])),
        // What it put aside is thrown away with it; what others hold stays held.
        SweepState::Failed => {
            to.push(Statement::any(sql::HELD_CHOOSE_ALL, values![*run]));
            drop_chosen(*run, to);
        }
        _ => {}
    }
    let values = values![state.as_str(), *at, *missing, *takes_away, error.as_deref(), *run];
    to.push(Statement::one(sql::SWEEP_END, values, Conflict::Hold));
    if *state == SweepState::Held {
        to.push(Statement::any(sql::SWEEP_RECOUNT, values![*run]));
        to.push(Statement::any(sql::SWEEPS_EMPTIED, values![*at, TAKEN_OVER, system]));
    }
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
    pub async fn standing_hold(&self, system: &str, sweep_kind: &str) -> Result<Option<SweepId>, StoreError> {
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

fn held(row: &Row) -> Result<HeldChange, Undecodable> {
    let (id, run) = (row.id("id")?, row.id("run_id")?);
    let key = record_key(row)?;
    let (title, before, after, takes) =
        (row.get("title")?, row.get("before_text")?, row.get("after_text")?, row.get("takes")?);
    let (held_at, chosen, gone, read_at) =
        (row.get("held_at")?, row.get("chosen")?, row.get::<bool>("gone")?, row.get("read_at")?);
    let (merge_target_id, merge_target_read_at): (Option<String>, Option<Timestamp>) =
        (row.get("merge_target_id")?, row.get("merge_target_read_at")?);
    let merge_target =
        merge_target_id.zip(merge_target_read_at).map(|(id, at)| (RecordKey::new(&key.system, key.kind, id), at));
    let read = match (gone, &merge_target) {
        (true, None) => None,
        (true, Some((merge_target, at))) => Some((merge_target.clone(), *at)),
        (false, _) => Some((key.clone(), read_at)),
    };
    let (raw, updated_at) = (row.optional_json("raw")?, row.get("updated_at")?);
    // Of what is gone, and was merged into nothing, nothing was read.
    let _nothing: Option<String> = row.get("attributes")?;
    let observation = match read {
        Some((key, read_at)) => {
            let attributes = attributes(key.kind, row)?;
            Some(Box::new(Observation { key, attributes, raw: raw.unwrap_or_default(), updated_at, read_at }))
        }
        None => None,
    };
    let seen = match (gone, observation) {
        (false, Some(observation)) => ReadRecord::There(observation),
        (_, merge_target) => ReadRecord::Missing { key, read_at, merge_target },
    };
    Ok(HeldChange { id, run, title, before, after, takes, seen, held_at, chosen })
}
