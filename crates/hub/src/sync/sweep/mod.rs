//! Sweeps: compare an outside system's list with the stored records, page by page.
//!
//! An unchanged object costs a row in one query per page. A changed one is applied like every observation. Changes that
//! remove something from customers are put aside until the end of the sweep, when the brake decides about all of them.
//! An object that is missing from a list is read by its id, because a list is not proof.

mod brake;
mod changes;
mod listing;
mod missing;
mod page;
pub(crate) mod run;

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tessera_core::kernel::actor::Actor;
use tessera_core::kernel::clock::is_due;
use tessera_core::kernel::ids::SweepId;
use tessera_core::kernel::job::change::JobChange;
use tessera_core::kernel::job::{JobKind, Leased, Retries};
use tessera_core::sync::event::SyncEvent;
use tessera_core::sync::hold::{HoldChange, SweepRequest};
use tessera_core::sync::jobs::{self, SweepOf};
use tessera_core::sync::sweep::{SweepMode, SweepState};
use tessera_store::Sweep;

use crate::commit::commit;
use crate::jobs::{JobOutcome, Run};
use crate::ports::{Condition, ConnectError};
use crate::{Ctx, Hub, HubError};

pub(crate) use brake::{Verdict, alarms};
pub use changes::Chosen;
pub(crate) use changes::{found_changes, sweep_shown, waiting_changes};

/// Alarm: a sweep stopped with an error.
pub(crate) const STOPPED: &str = "sweep_stopped";
/// Alarm: a list is implausibly short.
pub(crate) const SHORT_LIST: &str = "list_too_short";
/// Alarm: the brake holds changes. It is computed from the held changes, and never stored.
pub(crate) const HELD: &str = "changes_held";

/// A request for a sweep.
#[derive(Debug, Clone, Copy)]
pub struct SweepOrder {
    /// Kind of objects to read.
    pub what: SweepOf,
    /// Full or incremental.
    pub mode: SweepMode,
    /// Dry run: changes are planned only, and applied after a decision.
    pub dry: bool,
}

impl Run for jobs::Sweep {
    const TIME_LIMIT: Duration = Duration::from_mins(5);
    const RETRIES: Retries = Retries::FOR_EVER;

    async fn run(&self, hub: &Hub, _job: &Leased) -> Result<JobOutcome, HubError> {
        hub.run_sweep(self.what, self.run).await?;
        Ok(JobOutcome::Done)
    }
}

impl Hub {
    /// Requests full sweeps of all kinds.
    pub async fn request_sweeps(&self) -> Result<(), HubError> {
        for what in SweepOf::ALL {
            self.request_sweep(SweepOrder { what, mode: SweepMode::Full, dry: false }, &Ctx::background()).await?;
        }
        Ok(())
    }

    /// Requests the sweeps that are due. A failed sweep is repeated at its next due time.
    pub async fn request_due_sweeps(&self) -> Result<(), HubError> {
        let (now, every) = (self.env.now(), self.config.sweep);
        let latest = self.reads().sweeps().await?;
        for what in SweepOf::ALL {
            let system = self.listing(what).name();
            let due = |last: Option<&Sweep>, every: SignedDuration| {
                every > SignedDuration::ZERO && last.is_none_or(|last| is_due(last.started_at, every, now))
            };
            let last = latest.iter().find(|sweep| sweep.system == system && sweep.kind == what.as_str());
            let full = self.reads().last_good_sweep(system, what.as_str(), true).await?;
            let pause = every.changes_every.max(SignedDuration::from_mins(1));
            // Do not restart a failed full sweep immediately.
            let tried = last.is_some_and(|last| last.mode == SweepMode::Full && !is_due(last.started_at, pause, now));
            let mode = if due(full.as_ref(), every.full_every) && !tried {
                SweepMode::Full
            } else if self.listing(what).is_by_change() && due(last, every.changes_every) {
                SweepMode::Incremental
            } else {
                continue;
            };
            self.request_sweep(SweepOrder { what, mode, dry: false }, &Ctx::background()).await?;
        }
        Ok(())
    }

    /// Requests a sweep, to be run by a job. If one of its kind is still open, returns that one.
    pub async fn request_sweep(&self, order: SweepOrder, ctx: &Ctx) -> Result<Sweep, HubError> {
        self.new_sweep(order, ctx, true).await
    }

    /// Creates a sweep for the caller to run. If one of its kind is still open, returns that one.
    pub async fn begin_sweep(&self, order: SweepOrder, ctx: &Ctx) -> Result<Sweep, HubError> {
        self.new_sweep(order, ctx, false).await
    }

    async fn new_sweep(&self, order: SweepOrder, ctx: &Ctx, with_job: bool) -> Result<Sweep, HubError> {
        let SweepOrder { what, mode, dry } = order;
        let system = self.listing(what).name();
        let (sweep, is_new) = commit!(self, ctx, |tx| {
            if let Some(open) = self.reads().open_sweep(system, what.as_str(), dry).await? {
                return Ok((open, false));
            }
            let (id, kind, at) = (tx.stamp.id::<SweepId>(), what.as_str().to_owned(), tx.stamp.now);
            let asked_by = ctx.actor.to_string();
            if ctx.actor != Actor::Hub {
                let mut operator = self.draft_of(self.customer_or_operator(None).await?, tx.stamp);
                let (system, kind) = (system.to_owned(), kind.clone());
                operator.note(SyncEvent::SweepRequested { sweep: id, system, kind, dry_run: dry });
                tx.extend(operator.finish());
            }
            let request = SweepRequest { id, system: system.to_owned(), kind, mode, dry, asked_by, at };
            let sweep = Sweep {
                dry,
                mode,
                asked_by: request.asked_by.clone(),
                ..new(id, system, what.as_str(), SweepState::Waiting, at)
            };
            tx.hold(HoldChange::Request(Box::new(request)), "one sweep of a kind runs at a time");
            if with_job {
                tx.enqueue(jobs::Sweep { what, run: Some(id) }, "the outside system is read in the background");
            }
            Ok((sweep, true))
        })?;
        if with_job && !is_new {
            self.take_over(what, &sweep).await?;
        }
        Ok(sweep)
    }

    /// Continues an open sweep that no job runs: the command that began it has ended, or an outside system did not
    /// answer.
    async fn take_over(&self, what: SweepOf, open: &Sweep) -> Result<(), HubError> {
        let task = jobs::Sweep { what, run: Some(open.id) };
        if self.reads().has_live_job(&task.key()).await? {
            return Ok(());
        }
        commit!(self, &Ctx::background(), |tx| {
            let mut job = tx.stamp.job(task.clone());
            if let (SweepState::Paused, Some(until)) = (open.state, open.forecast_at) {
                job.run_at = job.run_at.max(until);
            }
            tx.push(JobChange::Enqueue(job), "nobody runs the sweep any more");
            Ok(())
        })
    }

    /// Runs a full sweep of one kind immediately.
    pub async fn sweep(&self, what: SweepOf) -> Result<(), HubError> {
        let sweep =
            self.begin_sweep(SweepOrder { what, mode: SweepMode::Full, dry: false }, &Ctx::background()).await?;
        self.run_begun(what, sweep.id).await
    }

    /// Runs or continues a sweep that was created with [`Hub::begin_sweep`].
    pub async fn run_begun(&self, what: SweepOf, id: SweepId) -> Result<(), HubError> {
        self.run_sweep(what, Some(id)).await
    }

    /// Runs a sweep, or continues it at its current page.
    pub(crate) async fn run_sweep(&self, what: SweepOf, id: Option<SweepId>) -> Result<(), HubError> {
        let known = match id {
            Some(id) => self.reads().sweep(id).await?,
            None => None,
        };
        let order = SweepOrder {
            what,
            mode: known.as_ref().map_or(SweepMode::Full, |sweep| sweep.mode),
            dry: known.as_ref().is_some_and(|sweep| sweep.dry),
        };
        let sweep = match known {
            Some(sweep) if sweep.state.is_open() => sweep,
            // The sweep failed and is run again.
            Some(Sweep { state: SweepState::Failed, .. }) | None => self.begin_sweep(order, &Ctx::background()).await?,
            Some(_) => return Ok(()),
        };
        let (id, kind) = (sweep.id, sweep.kind.clone());
        let Err(error) = self.run_course(what, sweep).await else { return Ok(()) };
        // A concurrent run completed the same sweep.
        if self.reads().sweep(id).await?.is_none_or(|sweep| !sweep.state.is_open()) {
            return Ok(());
        }
        self.stopped(what, id, &error).await?;
        tracing::warn!(sweep = %id, kind, %error, "a sweep stopped");
        Err(error)
    }

    /// Records why a sweep stopped. Changes that it put aside are not applied.
    async fn stopped(&self, what: SweepOf, id: SweepId, error: &HubError) -> Result<(), HubError> {
        let system = self.listing(what).name();
        let Some(mut sweep) = self.reads().sweep(id).await? else { return Ok(()) };
        let temporary = match error {
            HubError::Connect(error) => error.is_temporary(),
            HubError::Store(_) | HubError::Busy => true,
            _ => false,
        };
        if temporary {
            let until = match error {
                HubError::Connect(error) => error.retry_at(),
                _ => None,
            };
            self.technical().sweep_pauses(id, &error.to_string(), until).await?;
        } else {
            sweep.error = Some(error.to_string());
            sweep.state = SweepState::Failed;
            if !self.end(&sweep).await? {
                return Ok(());
            }
        }
        if !sweep.dry && self.is_no_mere_pause(what, error) {
            let detail = format!(
                "Reading the {} stopped at page {}: {error} Nothing was taken away. What customers see is as of the last \
                 reading; the hub tries again by itself.",
                what.as_str(),
                sweep.page + 1,
            );
            self.raise(system, STOPPED, what.as_str(), detail).await?;
        }
        Ok(())
    }

    /// Whether a stop deserves an alarm. Waiting for the hub's own call budget does not.
    fn is_no_mere_pause(&self, what: SweepOf, error: &HubError) -> bool {
        let condition = self.listing(what).health().condition;
        !matches!(error, HubError::Connect(ConnectError::Throttled { .. })) || condition != Condition::Healthy
    }
}

/// A new sweep, without results.
fn new(id: SweepId, system: &str, kind: &str, state: SweepState, now: Timestamp) -> Sweep {
    Sweep {
        id,
        system: system.to_owned(),
        kind: kind.to_owned(),
        mode: SweepMode::Full,
        dry: false,
        state,
        asked_by: "hub".to_owned(),
        started_at: now,
        read_from: None,
        began_there: None,
        finished_at: None,
        page: 0,
        expected: None,
        seen: 0,
        changed: 0,
        takes_away: 0,
        missing: 0,
        first_forecast_at: None,
        forecast_at: None,
        since: None,
        error: None,
        decided_by: None,
    }
}
