//! The course of a sweep, and what the hub wants somebody to look at.

use jiff::Timestamp;
use tessera_core::kernel::ids::SweepId;

use super::Technical;
use crate::engine::Statement;
use crate::sync::sweeps::{Alarm, Sweep, sql};
use crate::{ApplyError, Conflict, values};

impl Technical<'_> {
    /// A sweep begins, or goes on.
    pub async fn sweep_begins(&self, sweep: &Sweep) -> Result<(), ApplyError> {
        let Sweep { started_at, read_from, began_there, mode, since, expected, id, .. } = sweep;
        let values = values![*started_at, *read_from, *began_there, mode.as_str(), *since, *expected, *id];
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

    /// Something has to be looked at. When it is known already, it is so since before.
    pub async fn raise_alarm(&self, alarm: &Alarm) -> Result<(), ApplyError> {
        let values = values![&alarm.system, &alarm.code, &alarm.about, alarm.since, &alarm.detail];
        self.write(Statement::any(sql::ALARM_RAISE, values)).await
    }

    /// It is well again.
    pub async fn clear_alarm(&self, system: &str, code: &str, about: &str) -> Result<(), ApplyError> {
        self.write(Statement::any(sql::ALARM_CLEAR, values![system, code, about])).await
    }
}
