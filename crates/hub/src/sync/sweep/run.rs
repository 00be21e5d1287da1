//! Runs one sweep from its first page, or from the page at which it stopped, to its end.

use jiff::Timestamp;
use tessera_core::sync::hold::{HoldChange, SweepEnd};
use tessera_core::sync::jobs::SweepOf;
use tessera_core::sync::sweep::{SweepMode, SweepState};
use tessera_store::Sweep;

use super::{HELD, SHORT_LIST, STOPPED};
use crate::commit::commit;
use crate::jobs::progressed;
use crate::ports::{Order, Page};
use crate::{Ctx, Hub, HubError};

impl Hub {
    pub(crate) async fn run_course(&self, what: SweepOf, sweep: Sweep) -> Result<(), HubError> {
        let mut sweep = self.ready(what, sweep).await?;
        if sweep.state == SweepState::Waiting {
            sweep.started_at = self.env.now();
            sweep.read_from = Some(self.env.reading());
            sweep.began_there = Some(self.listing(what).health().now_there(sweep.started_at));
        }
        self.technical().sweep_begins(&sweep).await?;
        sweep.error = None;
        self.read_pages(what, &mut sweep).await?;
        self.finish(what, sweep).await
    }

    /// Decides the range of the sweep. Without an earlier sweep, or without a list sorted by change, it is a full one.
    async fn ready(&self, what: SweepOf, mut sweep: Sweep) -> Result<Sweep, HubError> {
        if sweep.state != SweepState::Waiting {
            return Ok(sweep);
        }
        let last = self.reads().last_good_sweep(&sweep.system, &sweep.kind, false).await?;
        sweep.since = match (sweep.mode, last) {
            (SweepMode::Incremental, Some(last)) if self.listing(what).is_by_change() => {
                Some(last.began_there.unwrap_or(last.started_at) - self.config.sweep.overlap)
            }
            _ => None,
        };
        if sweep.since.is_none() {
            sweep.mode = SweepMode::Full;
            let known = self.reads().live_records(&sweep.system, what.record_kind()).await?;
            sweep.expected = Some(known).filter(|known| *known > 0);
        }
        Ok(sweep)
    }

    async fn read_pages(&self, what: SweepOf, sweep: &mut Sweep) -> Result<(), HubError> {
        let listing = self.listing(what);
        let order = if sweep.since.is_some() { Order::LatestChange } else { Order::Created };
        loop {
            let number = u32::try_from(sweep.page + 1).unwrap_or(u32::MAX);
            let Page { items, next, total } = listing.page(number, order).await?;
            let seen = i64::try_from(items.len()).unwrap_or(0);
            let reached =
                sweep.since.is_some_and(|since| items.iter().any(|it| it.updated_at.is_some_and(|at| at < since)));
            let changed = self.take_page(sweep, items).await?;
            sweep.page += 1;
            sweep.seen += seen;
            sweep.changed += changed;
            let told = total.and_then(|total| i64::try_from(total).ok()).filter(|_| sweep.since.is_none());
            // A list longer than the number of known records has an unknown end.
            sweep.expected = told.or(sweep.expected).filter(|expected| !next || *expected > sweep.seen);
            sweep.forecast_at = sweep.expected.map(|expected| listing.forecast((expected - sweep.seen).unsigned_abs()));
            self.technical().sweep_progress(sweep, seen, changed).await?;
            progressed();
            if !next || reached {
                return Ok(());
            }
        }
    }

    /// Ends the sweep after the last page: settles the changes that were put aside, and requests readings of the
    /// objects that were not listed.
    async fn finish(&self, what: SweepOf, mut sweep: Sweep) -> Result<(), HubError> {
        let full = sweep.mode == SweepMode::Full;
        if sweep.dry {
            let known = if full { self.reads().live_records(&sweep.system, what.record_kind()).await? } else { 0 };
            sweep.missing = (known - (sweep.seen - self.reads().planned_new(sweep.id).await?)).max(0);
            let (planned, takes) = self.reads().held_count(sweep.id).await?;
            sweep.takes_away = takes;
            // A dry run without changes needs no decision.
            sweep.state = if planned == 0 { SweepState::Finished } else { SweepState::Planned };
            return self.end(&sweep).await.map(drop);
        }
        let unseen = if full { Some(self.unseen(what, &sweep).await?) } else { None };
        sweep.missing = unseen.as_ref().map_or(0, |unseen| unseen.count);
        let known = self.reads().live_records(&sweep.system, what.record_kind()).await?;
        let short = full && self.config.brake.is_short(sweep.seen, sweep.missing, known);
        if short {
            let detail = short_list(what, &sweep, known);
            self.raise(&sweep.system, SHORT_LIST, what.as_str(), detail.clone()).await?;
            sweep.error = Some(detail);
        }
        if !self.settle(&mut sweep, short).await? {
            return Ok(());
        }
        if !short {
            self.check_unseen(what, unseen.map(|unseen| unseen.some).unwrap_or_default()).await?;
        }
        self.technical().clear_alarm(&sweep.system, STOPPED, what.as_str()).await?;
        if full && !short {
            self.technical().clear_alarm(&sweep.system, SHORT_LIST, what.as_str()).await?;
        }
        Ok(())
    }

    /// Applies the changes that were put aside if the brake lets all of them pass, and ends the sweep. Changes that it
    /// found on hold stay held, now by this sweep. Returns whether this call ended the sweep.
    async fn settle(&self, sweep: &mut Sweep, short: bool) -> Result<bool, HubError> {
        let settled = commit!(self, &Ctx::background(), |tx| {
            let (put_aside, takes) = self.reads().held_count(sweep.id).await?;
            if put_aside > 0 && !self.brake_trips(&sweep.system).await? {
                self.apply_put_aside(sweep).await?;
            }
            if self.reads().sweep(sweep.id).await?.is_none_or(|sweep| !sweep.state.is_open()) {
                return Ok(None);
            }
            let (held, held_takes) = self.reads().held_met(sweep.id).await?;
            let (state, takes_away) = match (held, short) {
                (0, true) => (SweepState::Failed, takes),
                (0, false) => (SweepState::Finished, takes),
                _ => (SweepState::Held, held_takes),
            };
            let ended = Sweep { state, takes_away, ..sweep.clone() };
            tx.hold(end_of(&ended, tx.stamp.now), "the sweep has ended");
            Ok(Some((state, takes_away, held)))
        })?;
        let Some((state, takes_away, held)) = settled else { return Ok(false) };
        (sweep.state, sweep.takes_away) = (state, takes_away);
        if state == SweepState::Held {
            let (system, kind) = (&sweep.system, &sweep.kind);
            tracing::error!(system, kind, code = HELD, sweep = %sweep.id, held, "alarm: the brake holds changes");
        }
        let Sweep { id, system, kind, seen, changed, .. } = &*sweep;
        tracing::info!(sweep = %id, system, kind, state = state.as_str(), seen, changed, takes_away, "a sweep ended");
        Ok(true)
    }

    /// Ends a sweep with the state in `sweep`. `false` if it had already ended.
    pub(crate) async fn end(&self, sweep: &Sweep) -> Result<bool, HubError> {
        commit!(self, &Ctx::background(), |tx| {
            let open = self.reads().sweep(sweep.id).await?.is_some_and(|sweep| sweep.state.is_open());
            if open {
                tx.hold(end_of(sweep, tx.stamp.now), "the sweep has ended");
            }
            Ok(open)
        })
    }
}

fn end_of(sweep: &Sweep, at: Timestamp) -> HoldChange {
    HoldChange::End(Box::new(SweepEnd {
        run: sweep.id,
        system: sweep.system.clone(),
        state: sweep.state,
        at,
        missing: sweep.missing,
        takes_away: sweep.takes_away,
        error: sweep.error.clone(),
    }))
}

fn short_list(what: SweepOf, sweep: &Sweep, known: i64) -> String {
    format!(
        "The list of {} shows {} of {known} that are known. None of the {} others is taken for gone, and what customers see of \
         them is as of their last reading. Look at the system itself, and whether the API key may still see everything there; \
         the next full sweep looks again by itself.",
        what.as_str(),
        sweep.seen,
        sweep.missing,
    )
}
