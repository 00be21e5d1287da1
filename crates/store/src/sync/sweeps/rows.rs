//! Rows of sweeps.

use jiff::Timestamp;
use tessera_core::kernel::ids::SweepId;
use tessera_core::sync::sweep::{SweepMode, SweepState};

use crate::Undecodable;
use crate::engine::Row;

/// The columns of a table that are read from it: `columns!(sweeps)`, or `columns!(sweeps "x.")` where the table has an alias.
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
    /// When it began, in the order of readings: what was read before was not read by it.
    pub read_from: Option<Timestamp>,
    /// When it began, by the clock of the system that it reads.
    pub began_there: Option<Timestamp>,
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
