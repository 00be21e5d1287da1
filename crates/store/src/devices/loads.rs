//! Loads: tables of devices or assignments, with the plan of each line and the write that was requested for it.

use tessera_core::devices::change::DeviceLoadChange;
use tessera_core::devices::device_writes::WriteState;
use tessera_core::devices::load::{DeviceLoad, LinePlan, LoadLine, Progress};
use tessera_core::kernel::ids::DeviceLoadId;
use uuid::Uuid;

use crate::engine::{Row, Statement, statements};
use crate::kernel::lower::{Lower, json};
use crate::kernel::reads::{read_all, read_one};
use crate::{Conflict, Reads, StoreError, Undecodable, values};

/// Column list of a table: `columns!(device_loads)`, or `columns!(device_loads "x.")` with a table alias.
macro_rules! columns {
    (device_loads $($alias:literal)?) => {
        $crate::engine::listed!($($alias)?;
            "id", "kind", "state", "line_count", "changes", "wrong", "asked_by", "created_at", "decided_by",
            "decided_at", "finished_at")
    };
    (device_load_lines $($alias:literal)?) => {
        $crate::engine::listed!($($alias)?; "line", "typed", "plan", "change", "note", "write_id", "refused")
    };
}

statements! {
    LOAD_CREATE =
        "INSERT INTO device_loads (id, kind, state, line_count, changes, wrong, asked_by, created_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    LOAD_LINE_CREATE =
        "INSERT INTO device_load_lines (load_id, line, typed, plan, change, note) VALUES ($1, $2, $3, $4, $5, $6)";
    LOAD_MOVE =
        "UPDATE device_loads
        SET state = $1, decided_by = COALESCE($2, decided_by),
            decided_at = CASE WHEN $2 IS NULL THEN decided_at ELSE $3 END,
            finished_at = CASE WHEN $1 = 'running' THEN NULL ELSE $3 END
        WHERE id = $4 AND state = $5";
    /// Guard: a load that was stopped requests nothing more.
    LOAD_RUNS = "UPDATE device_loads SET state = state WHERE id = $1 AND state = 'running'";
    LOAD_LINE_ASK =
        "UPDATE device_load_lines SET write_id = $1
        WHERE load_id = $2 AND line = $3 AND plan = 'change' AND write_id IS NULL AND refused IS NULL";
    LOAD_LINE_REFUSE =
        "UPDATE device_load_lines SET refused = $1
        WHERE load_id = $2 AND line = $3 AND plan = 'change' AND write_id IS NULL AND refused IS NULL";
    LOAD = concat!("SELECT ", columns!(device_loads), " FROM device_loads WHERE id = $1");
    LOADS_NEWEST = concat!(
        "SELECT ", columns!(device_loads), " FROM device_loads WHERE id < $1 ORDER BY id DESC LIMIT $2"
    );
    LOAD_LINES = concat!(
        "SELECT ", columns!(device_load_lines "n."), ", w.state AS write_state, w.note AS write_note
        FROM device_load_lines n
        LEFT JOIN device_writes w ON w.id = n.write_id
        WHERE n.load_id = $1 AND n.line > $2 AND ($3 = '' OR n.plan = $3)
        ORDER BY n.line LIMIT $4"
    );
    LOAD_LINES_LEFT = concat!(
        "SELECT ", columns!(device_load_lines), " FROM device_load_lines
        WHERE load_id = $1 AND plan = 'change' AND write_id IS NULL AND refused IS NULL ORDER BY line LIMIT $2"
    );
    LOAD_PROGRESS =
        "SELECT
            CAST(COALESCE(sum(CASE WHEN w.state = 'waiting' THEN 1 ELSE 0 END), 0) AS BIGINT) AS waiting,
            CAST(COALESCE(sum(CASE WHEN w.state = 'done' THEN 1 ELSE 0 END), 0) AS BIGINT) AS done,
            CAST(COALESCE(sum(CASE WHEN n.refused IS NOT NULL OR w.state IN ('failed', 'superseded', 'cancelled') THEN 1 ELSE 0 END), 0) AS BIGINT) AS failed,
            CAST(COALESCE(sum(CASE WHEN n.write_id IS NULL AND n.refused IS NULL THEN 1 ELSE 0 END), 0) AS BIGINT) AS remaining
        FROM device_load_lines n
        LEFT JOIN device_writes w ON w.id = n.write_id
        WHERE n.load_id = $1 AND n.plan = 'change'";
}

/// A line of a load, with the state of its write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoadLineState {
    /// The line.
    pub line: LoadLine,
    /// The state of the requested write. `None`: none was requested, or it is no longer kept.
    pub write: Option<WriteState>,
}

impl Reads {
    /// One load.
    pub async fn device_load(&self, id: DeviceLoadId) -> Result<Option<DeviceLoad>, StoreError> {
        read_one(self.one(LOAD, values![id]).await?, load)
    }

    /// The newest loads, before a cursor: the last one of the previous page.
    pub async fn device_loads(
        &self,
        before: Option<DeviceLoadId>,
        limit: usize,
    ) -> Result<Vec<DeviceLoad>, StoreError> {
        let values = values![before.map_or(Uuid::max(), |id| id.0), number(limit)];
        read_all(self.query(LOADS_NEWEST, values).await?, load)
    }

    /// The lines of a load after a line, all or those with one kind of plan (see [`LinePlan::as_str`]).
    pub async fn device_load_lines(
        &self,
        id: DeviceLoadId,
        after: i64,
        plan: &str,
        limit: usize,
    ) -> Result<Vec<LoadLineState>, StoreError> {
        read_all(self.query(LOAD_LINES, values![id, after, plan, number(limit)]).await?, |row| {
            let (state, note): (Option<String>, Option<String>) = (row.get("write_state")?, row.get("write_note")?);
            let write = state.and_then(|state| WriteState::parse(&state, note));
            Ok(LoadLineState { line: load_line(row)?, write })
        })
    }

    /// The next lines for which a write is to be requested.
    pub async fn device_load_lines_left(&self, id: DeviceLoadId, limit: usize) -> Result<Vec<LoadLine>, StoreError> {
        read_all(self.query(LOAD_LINES_LEFT, values![id, number(limit)]).await?, load_line)
    }

    /// The writes of a load, by state.
    pub async fn device_load_progress(&self, id: DeviceLoadId) -> Result<Progress, StoreError> {
        let read = |row: &Row| {
            Ok(Progress {
                waiting: row.get("waiting")?,
                done: row.get("done")?,
                failed: row.get("failed")?,
                left: row.get("remaining")?,
            })
        };
        Ok(read_one(self.one(LOAD_PROGRESS, values![id]).await?, read)?.unwrap_or_default())
    }
}

fn number(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX)
}

fn load(row: &Row) -> Result<DeviceLoad, Undecodable> {
    let decided_by: Option<String> = row.get("decided_by")?;
    Ok(DeviceLoad {
        id: row.id("id")?,
        kind: row.text("kind", |text| text.parse().ok())?,
        state: row.text("state", |text| text.parse().ok())?,
        lines: row.get("line_count")?,
        changes: row.get("changes")?,
        wrong: row.get("wrong")?,
        asked_by: row.text("asked_by", |text| text.parse().ok())?,
        created_at: row.get("created_at")?,
        decided_by: decided_by.and_then(|by| by.parse().ok()),
        decided_at: row.get("decided_at")?,
        finished_at: row.get("finished_at")?,
    })
}

fn load_line(row: &Row) -> Result<LoadLine, Undecodable> {
    let (change, note): (Option<_>, Option<String>) = (row.optional_json("change")?, row.get("note")?);
    let note = note.unwrap_or_default();
    Ok(LoadLine {
        line: row.get("line")?,
        typed: row.get("typed")?,
        plan: row.text("plan", |plan| match plan {
            "change" => change.map(|change| LinePlan::Change(Box::new(change))),
            "unchanged" => Some(LinePlan::Unchanged(note)),
            "wrong" => Some(LinePlan::Wrong(note)),
            _ => None,
        })?,
        write_id: row.optional_id("write_id")?,
        refused: row.get("refused")?,
    })
}

fn create_line(load: DeviceLoadId, line: &LoadLine) -> Statement {
    let (change, note) = match &line.plan {
        LinePlan::Change(change) => (Some(json(change)), None),
        LinePlan::Unchanged(note) | LinePlan::Wrong(note) => (None, Some(note.as_str())),
    };
    let values = values![load, line.line, &line.typed, line.plan.as_str(), change, note];
    Statement::any(LOAD_LINE_CREATE, values)
}

impl Lower for DeviceLoadChange {
    fn lower(&self, to: &mut Vec<Statement>) {
        match self {
            Self::Create(load, lines) => {
                let values = values![
                    load.id,
                    load.kind.as_ref(),
                    load.state.as_ref(),
                    load.lines,
                    load.changes,
                    load.wrong,
                    load.asked_by.to_string(),
                    load.created_at,
                ];
                to.push(Statement::any(LOAD_CREATE, values));
                to.extend(lines.iter().map(|line| create_line(load.id, line)));
            }
            Self::Move { id, from, to: state, by, at } => {
                let by = by.as_ref().map(ToString::to_string);
                let values = values![state.as_ref(), by, *at, *id, from.as_ref()];
                to.push(Statement::one(LOAD_MOVE, values, Conflict::DeviceWrite));
            }
            Self::Ask { id, line, write_id } => {
                to.push(Statement::one(LOAD_RUNS, values![*id], Conflict::DeviceWrite));
                to.push(Statement::one(LOAD_LINE_ASK, values![*write_id, *id, *line], Conflict::DeviceWrite));
            }
            Self::Refuse { id, line, why } => {
                to.push(Statement::one(LOAD_RUNS, values![*id], Conflict::DeviceWrite));
                to.push(Statement::one(LOAD_LINE_REFUSE, values![why.as_str(), *id, *line], Conflict::DeviceWrite));
            }
        }
    }
}
