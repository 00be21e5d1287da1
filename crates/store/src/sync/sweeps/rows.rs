//! Rows of sweeps.

use jiff::Timestamp;
use tessera_core::kernel::ids::SweepId;
use tessera_core::sync::sweep::{SweepMode, SweepState};

use crate::Undecodable;
use crate::engine::Row;

/// Column list of a table: `columns!(sweeps)`, or `columns!(sweeps "x.")` with a table alias.
macro_rules! columns {
    (sweeps $($alias:literal)?) => {
        $crate::engine::listed!($($alias)?;
            "id", "system", "kind", "mode", "dry", "state", "asked_by", "started_at", "read_from",
            "began_there", "finished_at", "page",
            "expected", "seen", "changed", "takes_away", "missing", "first_forecast_at", "forecast_at", "since",
            "error", "decided_by")
    };
    (alarms $($alias:literal)?) => {
        $crate::engine::listed!($($alias)?;
            "system", "code", "about", "since", "detail")
    };
}
pub(super) use columns;

/// A sweep: one comparison with an outside system.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sweep {
    /// Its id.
    pub id: SweepId,
    /// The system.
    pub system: String,
    /// Requesters, contacts or assets; `single` for single changes that are held together.
    pub kind: String,
    /// Full or incremental.
    pub mode: SweepMode,
    /// Whether it is a dry run.
    pub dry: bool,
    /// Its state.
    pub state: SweepState,
    /// Who requested it.
    pub asked_by: String,
    /// Time of the request; after the start, time of the start.
    pub started_at: Timestamp,
    /// Start by the reading clock. Records with an earlier timestamp were not read by this sweep.
    pub read_from: Option<Timestamp>,
    /// Start by the clock of the outside system.
    pub began_there: Option<Timestamp>,
    /// Time of the end, or of the last decision.
    pub finished_at: Option<Timestamp>,
    /// Number of pages read.
    pub page: i64,
    /// Expected number of objects, if known.
    pub expected: Option<i64>,
    /// Number of objects read.
    pub seen: i64,
    /// Number of new and changed objects.
    pub changed: i64,
    /// Number of devices and links that it would remove, or has removed, from customers.
    pub takes_away: i64,
    /// Number of known objects that were missing from a complete list.
    pub missing: i64,
    /// Expected end, by the first estimate.
    pub first_forecast_at: Option<Timestamp>,
    /// Expected end, by the current estimate; for a paused sweep, the time at which it resumes.
    pub forecast_at: Option<Timestamp>,
    /// Start of the period that an incremental sweep covers. Earlier changes were read by an earlier sweep.
    pub since: Option<Timestamp>,
    /// The error that stopped it, or the reason why it needs attention.
    pub error: Option<String>,
    /// Who released, applied or discarded it.
    pub decided_by: Option<String>,
}

/// An alarm: a problem that needs attention.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alarm {
    /// The system.
    pub system: String,
    /// Code, for machines.
    pub code: String,
    /// Subject: a kind of sweep, or empty.
    pub about: String,
    /// Time since which it is raised.
    pub since: Timestamp,
    /// The problem, and the remedy.
    pub detail: String,
}

pub(super) fn sweep(row: &Row) -> Result<Sweep, Undecodable> {
    Ok(Sweep {
        id: row.id("id")?,
        system: row.get("system")?,
        kind: row.get("kind")?,
        mode: row.text("mode", SweepMode::parse)?,
        dry: row.get("dry")?,
        state: row.text("state", SweepState::parse)?,
        asked_by: row.get("asked_by")?,
        started_at: row.get("started_at")?,
        read_from: row.get("read_from")?,
        began_there: row.get("began_there")?,
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

pub(super) fn alarm(row: &Row) -> Result<Alarm, Undecodable> {
    Ok(Alarm {
        system: row.get("system")?,
        code: row.get("code")?,
        about: row.get("about")?,
        since: row.get("since")?,
        detail: row.get("detail")?,
    })
}
