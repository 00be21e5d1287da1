//! Progress of sweeps, and alarms.

use jiff::Timestamp;
use tessera_core::kernel::ids::SweepId;

use super::Technical;
use crate::engine::Statement;
use crate::sync::sweeps::{Alarm, Sweep, sql};
use crate::{ApplyError, Conflict, values};

impl Technical<'_> {
    /// Records that a sweep starts or continues.
    pub async fn sweep_begins(&self, sweep: &Sweep) -> Result<(), ApplyError> {
        let Sweep { started_at, read_from, began_there, mode, since, expected, id, .. } = sweep;
        let values = values![*started_at, *read_from, *began_there, mode.as_str(), *since, *expected, *id];
        self.write(Statement::one(sql::SWEEP_BEGIN, values, Conflict::Exists)).await
    }

    /// Records a page: `seen` and `changed` count this page, the other fields the whole sweep.
    pub async fn sweep_progress(&self, sweep: &Sweep, seen: i64, changed: i64) -> Result<(), ApplyError> {
        let Sweep { page, expected, takes_away, forecast_at, id, .. } = sweep;
        let values = values![*page, *expected, seen, changed, *takes_away, *forecast_at, *id];
        self.write(Statement::any(sql::SWEEP_PROGRESS, values)).await
    }

    /// Records that a sweep is paused by the outside system.
    pub async fn sweep_pauses(&self, id: SweepId, why: &str, until: Option<Timestamp>) -> Result<(), ApplyError> {
        self.write(Statement::any(sql::SWEEP_PAUSE, values![why, until, id])).await
    }

    /// Raises an alarm. An alarm that exists already keeps its time.
    pub async fn raise_alarm(&self, alarm: &Alarm) -> Result<(), ApplyError> {
        let values = values![&alarm.system, &alarm.code, &alarm.about, alarm.since, &alarm.detail];
        self.write(Statement::any(sql::ALARM_RAISE, values)).await
    }

    /// Clears an alarm.
    pub async fn clear_alarm(&self, system: &str, code: &str, about: &str) -> Result<(), ApplyError> {
        self.write(Statement::any(sql::ALARM_CLEAR, values![system, code, about])).await
    }
}
