//! Sweeps: how far they are, what they hold for a decision, and what somebody has to look at.

use jiff::Timestamp;
use tessera_core::id::{HeldId, SweepId};
use tessera_core::job::Job;
use tessera_core::record::{Kind, Observation, RecordKey};
use tessera_core::sweep::{SweepMode, SweepState};
use uuid::Uuid;

use crate::engine::{Row, Sql, Statement};
use crate::lower::{enqueue, json};
use crate::reads::{read_all, read_one, record_key};
use crate::records::attributes;
use crate::{ApplyError, Conflict, Store, StoreError, Undecodable, Value, sql, values};

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

/// A change that waits for a decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldChange {
    /// Its id.
    pub id: HeldId,
    /// The sweep it belongs to.
    pub run: SweepId,
    /// What the record is called.
    pub title: String,
    /// What it says now, for people.
    pub before: String,
    /// What it would say.
    pub after: String,
    /// Devices and links that it takes from customers.
    pub takes: i64,
    /// What was read.
    pub observation: Observation,
    /// Since when it waits.
    pub held_at: Timestamp,
}

/// What the hub knows of an object, as far as telling a change needs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownRecord {
    /// The object's id.
    pub external_id: String,
    /// Digest of what it says.
    pub content_hash: [u8; 32],
    /// Whether it is known to be gone.
    pub gone: bool,
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

impl Store {
    /// Writes a new sweep, with the job that runs it. [`Conflict::Exists`]: one of its kind is open already.
    pub async fn create_sweep(&self, sweep: &Sweep, job: Option<&Job>) -> Result<(), ApplyError> {
        let values = values![
            sweep.id,
            &sweep.system,
            &sweep.kind,
            sweep.mode.as_str(),
            sweep.dry,
            sweep.state.as_str(),
            &sweep.asked_by,
            sweep.started_at,
        ];
        let mut statements = vec![Statement::one(sql::SWEEP_CREATE, values, Conflict::Exists)];
        statements.extend(job.map(enqueue));
        self.batch(statements).await?;
        self.work.notify_one();
        Ok(())
    }

    /// A sweep begins, or goes on.
    pub async fn sweep_begins(&self, sweep: &Sweep, now: Timestamp) -> Result<(), ApplyError> {
        let values = values![now, sweep.mode.as_str(), sweep.since, sweep.expected, sweep.id];
        self.write(Statement::one(sql::SWEEP_BEGIN, values, Conflict::Exists)).await
    }

    /// One more page was read: `seen` and `changed` are of this page, the rest of the whole sweep.
    pub async fn sweep_progress(&self, sweep: &Sweep, seen: i64, changed: i64) -> Result<(), ApplyError> {
        let Sweep { page, expected, takes_away, forecast_at, id, .. } = sweep;
        let values = values![*page, *expected, seen, changed, *takes_away, *forecast_at, *id];
        self.write(Statement::any(sql::SWEEP_PROGRESS, values)).await
    }

    /// The outside system stopped a sweep for a while.
    pub async fn sweep_pauses(&self, id: SweepId, why: &str, until: Option<Timestamp>) -> Result<(), ApplyError> {
        self.write(Statement::any(sql::SWEEP_PAUSE, values![why, until, id])).await
    }

    /// A sweep has ended, in the state it carries.
    pub async fn sweep_ends(&self, sweep: &Sweep, now: Timestamp) -> Result<(), ApplyError> {
        let values =
            values![sweep.state.as_str(), now, sweep.missing, sweep.takes_away, sweep.error.as_deref(), sweep.id];
        self.write(Statement::one(sql::SWEEP_END, values, Conflict::Exists)).await
    }

    /// Somebody decides about what a sweep planned or held. [`Conflict::Exists`]: that was decided already.
    pub async fn decide_sweep(
        &self,
        id: SweepId,
        state: SweepState,
        by: &str,
        now: Timestamp,
        job: Option<&Job>,
    ) -> Result<(), ApplyError> {
        let mut statements =
            vec![Statement::one(sql::SWEEP_DECIDE, values![state.as_str(), by, now, id], Conflict::Exists)];
        if state == SweepState::Discarded {
            statements.push(Statement::any(sql::HELD_DROP, values![id]));
        }
        statements.extend(job.map(enqueue));
        self.batch(statements).await?;
        self.work.notify_one();
        Ok(())
    }

    /// Everything that was planned or held is applied.
    pub async fn sweep_applied(&self, id: SweepId, now: Timestamp) -> Result<(), ApplyError> {
        self.write(Statement::any(sql::SWEEP_APPLIED, values![now, id])).await
    }

    /// It could not be applied: it waits for a decision again.
    pub async fn sweep_not_applied(&self, id: SweepId, why: &str) -> Result<(), ApplyError> {
        self.write(Statement::any(sql::SWEEP_NOT_APPLIED, values![why, id])).await
    }

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

    /// The newest sweep of a kind whose changes the brake holds.
    pub async fn held_sweep(&self, system: &str, kind: &str) -> Result<Option<Sweep>, StoreError> {
        read_one(self.one(sql::SWEEP_HELD, values![system, kind]).await?, sweep)
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
                Ok(KnownRecord { external_id, content_hash, gone: row.get::<Option<Timestamp>>("gone_at")?.is_some() })
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
    pub async fn unseen_records(
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

    /// Keeps a change for a decision: `before_hash` is the content of the record it was planned on.
    pub async fn hold(&self, change: &HeldChange, before_hash: Option<[u8; 32]>, dry: bool) -> Result<(), ApplyError> {
        let it = &change.observation;
        let statement = if dry { sql::STAGED_PUT } else { sql::HELD_PUT };
        let values = values![
            change.id,
            change.run,
            &it.key.system,
            it.key.kind.as_str(),
            &it.key.external_id,
            &change.title,
            &change.before,
            &change.after,
            change.takes,
            json(&it.attributes),
            json(&it.raw),
            it.updated_at,
            it.read_at,
            change.held_at,
            before_hash,
            it.content_hash(),
            it.holder(),
        ];
        self.write(Statement::any(statement, values)).await
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

    /// The change of a record that the brake holds.
    pub async fn held_change(&self, key: &RecordKey) -> Result<Option<HeldChange>, StoreError> {
        let values = values![&key.system, key.kind.as_str(), &key.external_id];
        read_one(self.one(sql::HELD_OF_RECORD, values).await?, held)
    }

    /// How many changes of a sweep wait, and how much they take from customers.
    pub async fn held_count(&self, run: SweepId) -> Result<(i64, i64), StoreError> {
        let row = self.one(sql::HELD_COUNT, values![run]).await?;
        Ok(read_one(row, |row| Ok((row.get("count")?, row.get("takes")?)))?.unwrap_or_default())
    }

    /// How many records moved since their change was planned, and what one of them is called.
    pub async fn moved_since(&self, run: SweepId) -> Result<(i64, Option<String>), StoreError> {
        let row = self.one(sql::HELD_MOVED, values![run]).await?;
        Ok(read_one(row, |row| Ok((row.get("count")?, row.get("title")?)))?.unwrap_or_default())
    }

    /// How many of the changes of a sweep are of objects that nobody knew.
    pub async fn planned_new(&self, run: SweepId) -> Result<i64, StoreError> {
        self.number(sql::HELD_NEW, values![run]).await
    }

    /// A change needs no decision any more.
    pub async fn remove_held(&self, id: HeldId) -> Result<(), ApplyError> {
        self.write(Statement::any(sql::HELD_REMOVE, values![id])).await
    }

    /// The brake no longer holds changes of these records: they were read again, and nothing has to be held.
    pub async fn clear_held(&self, keys: &[RecordKey], read_at: Timestamp) -> Result<(), ApplyError> {
        let clear = |key: &RecordKey| {
            let values = values![&key.system, key.kind.as_str(), &key.external_id, read_at];
            Statement::any(sql::HELD_CLEAR, values)
        };
        if keys.is_empty() { Ok(()) } else { self.batch(keys.iter().map(clear).collect()).await }
    }

    /// Throws away what a sweep has put aside.
    pub async fn drop_held(&self, run: SweepId) -> Result<(), ApplyError> {
        self.write(Statement::any(sql::HELD_DROP, values![run])).await
    }

    /// Whether the brake holds anything of a system.
    pub async fn holds_anything(&self, system: &str) -> Result<bool, StoreError> {
        Ok(self.one(sql::HELD_ANY, values![system]).await?.is_some())
    }

    /// Closes the sweeps of a system of which nothing is held any more.
    pub async fn close_emptied_sweeps(&self, system: &str, now: Timestamp) -> Result<(), ApplyError> {
        self.write(Statement::any(sql::SWEEPS_EMPTIED, values![now, system])).await
    }

    /// How much single changes of a system took from customers since.
    pub async fn taken_since(&self, system: &str, since: Timestamp) -> Result<i64, StoreError> {
        self.number(sql::TAKINGS_SINCE, values![system, since]).await
    }

    /// A single change took something from customers.
    pub async fn note_taking(&self, id: Uuid, system: &str, now: Timestamp, takes: i64) -> Result<(), ApplyError> {
        self.write(Statement::any(sql::TAKING_NOTE, values![id, system, now, takes])).await
    }

    /// Something has to be looked at. When it is known already, it is so since before.
    pub async fn raise_alarm(&self, alarm: &Alarm) -> Result<(), ApplyError> {
        let values = values![&alarm.system, &alarm.code, &alarm.about, alarm.since, &alarm.detail];
        self.write(Statement::any(sql::ALARM_RAISE, values)).await
    }

    /// It is well again.
    pub async fn clear_alarm(&self, system: &str, code: &str, about: &str) -> Result<(), ApplyError> {
        self.write(Statement::any(sql::ALARM_CLEAR, values![system, code, about])).await
    }

    /// One alarm, if it is raised.
    pub async fn alarm(&self, system: &str, code: &str, about: &str) -> Result<Option<Alarm>, StoreError> {
        read_one(self.one(sql::ALARM, values![system, code, about]).await?, alarm)
    }

    /// Everything that somebody has to look at, the oldest first.
    pub async fn alarms(&self) -> Result<Vec<Alarm>, StoreError> {
        read_all(self.query(sql::ALARMS, Vec::new()).await?, alarm)
    }

    async fn number(&self, statement: Sql, values: Vec<Value>) -> Result<i64, StoreError> {
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

fn held(row: &Row) -> Result<HeldChange, Undecodable> {
    let (id, run) = (row.id("id")?, row.id("run_id")?);
    let key = record_key(row)?;
    let (title, before, after, takes) =
        (row.get("title")?, row.get("before_text")?, row.get("after_text")?, row.get("takes")?);
    let observation = Observation {
        attributes: attributes(key.kind, row)?,
        key,
        raw: row.json("raw")?,
        updated_at: row.get("updated_at")?,
        read_at: row.get("read_at")?,
    };
    Ok(HeldChange { id, run, title, before, after, takes, observation, held_at: row.get("held_at")? })
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
