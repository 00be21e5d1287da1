//! Changes that wait for a decision: described, selected, applied exactly, or discarded.

use std::time::Duration;

use std::collections::BTreeSet;

use tessera_core::kernel::actor::{Actor, Channel};
use tessera_core::kernel::ids::{HeldId, SweepId};
use tessera_core::kernel::job::Leased;
use tessera_core::kernel::record::{Kind, Observation, RecordKey};
use tessera_core::sync::error::SweepError;
use tessera_core::sync::event::SyncEvent;
use tessera_core::sync::hold::{Decided, HeldChange, HeldFilter, HoldChange};
use tessera_core::sync::jobs::ApplySweep;
use tessera_core::sync::sweep::{Decision, SweepState, USED_BY, differences};
use tessera_store::{Moved, Reads, StoreError, Sweep};

use crate::commit::commit;
use crate::jobs::{JobOutcome, Run};
use crate::sync::apply_observation::ReadRecord;
use crate::{Ctx, Hub, HubError};

/// Page size for reading waiting changes.
const AT_ONCE: usize = 100;

/// The changes of a sweep that a decision applies to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Chosen {
    /// All waiting changes.
    All,
    /// The changes with these ids.
    These(Vec<HeldId>),
    /// The changes that match this filter.
    Found(HeldFilter),
}

impl Run for ApplySweep {
    const TIME_LIMIT: Duration = Duration::from_mins(5);

    async fn run(&self, hub: &Hub, _job: &Leased) -> Result<JobOutcome, HubError> {
        hub.run_apply(self.run).await?;
        Ok(JobOutcome::Done)
    }
}

/// A sweep, for display.
///
/// # Errors
/// [`HubError::NotFound`] if the sweep does not exist.
pub(crate) async fn sweep_shown(store: &Reads, id: SweepId) -> Result<Sweep, HubError> {
    let sweep = store.sweep(id).await?;
    sweep.ok_or_else(|| HubError::NotFound(format!("there is no sweep {id}; sweeps are kept for two weeks")))
}

/// A page of a sweep's waiting changes that match a filter, in order, starting after `after`.
pub(crate) async fn waiting_changes(
    store: &Reads,
    id: SweepId,
    filter: &HeldFilter,
    mut after: Option<HeldId>,
    limit: usize,
) -> Result<Vec<HeldChange>, StoreError> {
    let mut found = Vec::new();
    loop {
        let some = store.held_changes(id, after, AT_ONCE.max(limit)).await?;
        let Some(last) = some.last() else { return Ok(found) };
        after = Some(last.id);
        let room = limit - found.len();
        found.extend(some.into_iter().filter(|change| waits(change, filter)).take(room));
        if found.len() == limit {
            return Ok(found);
        }
    }
}

/// The ids of all waiting changes of a sweep that match a filter. Only ids, because there may be many.
pub(crate) async fn found_changes(store: &Reads, id: SweepId, filter: &HeldFilter) -> Result<Vec<HeldId>, StoreError> {
    let (mut found, mut after) = (Vec::new(), None);
    loop {
        let some = store.held_changes(id, after, AT_ONCE).await?;
        let Some(last) = some.last() else { return Ok(found) };
        after = Some(last.id);
        found.extend(some.iter().filter(|change| waits(change, filter)).map(|change| change.id));
    }
}

impl Hub {
    /// Requests that the changes planned by a dry run, or held by the brake, be applied soon: all, or a selection.
    /// Rejected as a whole if any of the records has changed meanwhile. The other changes keep waiting.
    ///
    /// # Errors
    /// [`HubError::Rejected`] if there is nothing to decide, or if a record has changed.
    pub async fn ask_apply_sweep(&self, id: SweepId, chosen: &Chosen, ctx: &Ctx) -> Result<Sweep, HubError> {
        let id = self.decide(id, chosen, Decision::Apply, ctx).await?;
        sweep_shown(self.reads(), id).await
    }

    /// As [`Hub::ask_apply_sweep`], but returns when the changes are applied. If this process ends earlier, the job
    /// that is written with the decision applies the rest.
    ///
    /// # Errors
    /// As [`Hub::ask_apply_sweep`].
    pub async fn apply_sweep_now(&self, id: SweepId, chosen: &Chosen, ctx: &Ctx) -> Result<Sweep, HubError> {
        let id = self.decide(id, chosen, Decision::Apply, ctx).await?;
        self.run_apply(id).await?;
        sweep_shown(self.reads(), id).await
    }

    /// Discards the changes planned by a dry run, or held by the brake: all, or a selection. The next full sweep reads
    /// the records again.
    ///
    /// # Errors
    /// [`HubError::Rejected`] if there is nothing to decide.
    pub async fn discard_sweep(&self, id: SweepId, chosen: &Chosen, ctx: &Ctx) -> Result<Sweep, HubError> {
        let id = self.decide(id, chosen, Decision::Discard, ctx).await?;
        sweep_shown(self.reads(), id).await
    }

    /// Records a decision, with its entry on the operating company's timeline and the job that applies the selected
    /// changes.
    async fn decide(&self, id: SweepId, chosen: &Chosen, decision: Decision, ctx: &Ctx) -> Result<SweepId, HubError> {
        commit!(self, ctx, |tx| {
            let (sweep, ids, count) = self.chosen(id, chosen).await?;
            if decision == Decision::Apply {
                self.ensure_unchanged(sweep.id, |moved| ids.as_ref().is_none_or(|ids| ids.contains(&moved.id))).await?;
            }
            let mut operator = self.draft_of(self.customer_or_operator(None).await?, tx.stamp);
            let Sweep { id: run, system, kind, .. } = sweep;
            operator.note(SyncEvent::SweepDecided {
                sweep: run,
                system: system.clone(),
                kind,
                decision,
                changes: count,
            });
            let chosen = ids.map(|ids| ids.into_iter().collect());
            let (by, at) = (tx.stamp.actor.to_string(), tx.stamp.now);
            let decided = Decided { run, system, decision, chosen, count, by, at };
            tx.hold(HoldChange::Decide(Box::new(decided)), "a person decides about what waits");
            if decision == Decision::Apply {
                tx.enqueue(ApplySweep { run }, "what was chosen is applied");
            }
            tx.extend(operator.finish());
            Ok(run)
        })
    }

    /// The sweep, the ids of the selected changes, and their number. No ids means all changes.
    async fn chosen(&self, id: SweepId, chosen: &Chosen) -> Result<(Sweep, Option<BTreeSet<HeldId>>, i64), HubError> {
        let ids = match chosen {
            Chosen::All => {
                let sweep = self.decidable(id).await?;
                let (count, _) = self.reads().held_count(id).await?;
                return if count > 0 { Ok((sweep, None, count)) } else { Err(waits_no_longer(id)) };
            }
            Chosen::These(ids) => ids.iter().copied().collect::<BTreeSet<_>>(),
            Chosen::Found(filter) => found_changes(self.reads(), id, filter).await?.into_iter().collect(),
        };
        // The selection may have been made on a hold that a later sweep has taken over since. The changes are the same.
        let waiting = self.reads().runs_of_waiting(&ids.iter().copied().collect::<Vec<_>>()).await?;
        if waiting.len() < ids.len() {
            return Err(waits_no_longer(id));
        }
        let mut runs = waiting.into_values().collect::<BTreeSet<_>>().into_iter();
        let (Some(run), None) = (runs.next(), runs.next()) else { return Err(waits_no_longer(id)) };
        if run != id && sweep_shown(self.reads(), id).await?.system != sweep_shown(self.reads(), run).await?.system {
            return Err(waits_no_longer(id));
        }
        let count = i64::try_from(ids.len()).unwrap_or(i64::MAX);
        Ok((self.decidable(run).await?, Some(ids), count))
    }

    async fn decidable(&self, id: SweepId) -> Result<Sweep, HubError> {
        let sweep = sweep_shown(self.reads(), id).await?;
        if sweep.state.can_be_decided() {
            return Ok(sweep);
        }
        Err(SweepError::NothingToDecide { id, state: sweep.state }.into())
    }

    /// Fails if records of the changes selected by `meant` have changed since their sweep read them.
    async fn ensure_unchanged(&self, id: SweepId, meant: impl Fn(&Moved) -> bool) -> Result<(), HubError> {
        let mut moved = self.reads().moved_since(id).await?;
        moved.retain(meant);
        let Some(Moved { title, .. }) = moved.first() else { return Ok(()) };
        Err(SweepError::RecordsMoved { id, count: moved.len(), example: title.clone() }.into())
    }

    /// Applies the selected changes of a sweep. Run by a job.
    pub(crate) async fn run_apply(&self, id: SweepId) -> Result<(), HubError> {
        let Some(sweep) = self.reads().sweep(id).await?.filter(|sweep| sweep.state == SweepState::Applying) else {
            return Ok(());
        };
        if let Err(error) = self.ensure_unchanged(id, |moved| moved.chosen).await {
            commit!(self, &Ctx::background(), |tx| {
                let (system, why) = (sweep.system.clone(), error.to_string());
                tx.hold(HoldChange::GiveBack { run: id, system, why }, "what cannot be applied whole waits again");
                Ok(())
            })?;
            return Err(error);
        }
        let decided_by = sweep.decided_by.as_deref().and_then(|by| by.parse().ok());
        let actor = decided_by.unwrap_or_else(|| Actor::system(sweep.system.clone()));
        let ctx = Ctx::new(actor, Channel::Job);
        let mut after = None;
        loop {
            let some = self.reads().held_changes(id, after, AT_ONCE).await?;
            let Some(last) = some.last() else { break };
            after = Some(last.id);
            for change in some.into_iter().filter(|change| change.chosen) {
                self.apply_chosen(change.id, &ctx).await?;
            }
        }
        commit!(self, &ctx, |tx| {
            let (system, at) = (sweep.system.clone(), tx.stamp.now);
            tx.hold(HoldChange::Settle { run: id, system, at }, "what was decided is done");
            Ok(())
        })
    }

    /// Applies a selected change as it was last read. A concurrent run of the same job may have applied it already. If
    /// its content has changed since, it waits for another decision.
    async fn apply_chosen(&self, id: HeldId, ctx: &Ctx) -> Result<(), HubError> {
        commit!(self, ctx, |tx| {
            let chosen = self.reads().held(id).await?.filter(|change| change.chosen);
            let Some(HeldChange { run, seen, .. }) = chosen else { return Ok(()) };
            let planned = self.plan_observed(&seen, tx.stamp).await?;
            let took = planned.as_ref().map_or(0, |planned| planned.plan.takes_away());
            let (system, read_at) = (seen.key().system.clone(), seen.read_at());
            let applied = HoldChange::Applied { id, run, system, read_at, took };
            tx.hold(applied, "a person decided it");
            tx.extend(planned.map(|planned| planned.settling(&seen, None, tx.stamp.now)).unwrap_or_default());
            Ok(())
        })
    }

    /// Applies the changes that a sweep has put aside, unless the brake holds them.
    pub(crate) async fn apply_put_aside(&self, sweep: &Sweep) -> Result<(), HubError> {
        let ctx = Ctx::new(Actor::system(sweep.system.clone()), Channel::Job);
        let mut after = None;
        loop {
            let some = self.reads().held_changes(sweep.id, after, AT_ONCE).await?;
            let Some(last) = some.last() else { return Ok(()) };
            after = Some(last.id);
            for change in some {
                // The change may have been updated since the page was read.
                if let Some(change) = self.reads().held(change.id).await? {
                    self.apply_observation(&change.seen, &ctx).await?;
                }
            }
        }
    }

    /// The differences between the stored and the read object, before and after, with names in place of ids.
    pub(crate) async fn in_words(&self, seen: &ReadRecord) -> Result<(String, String), HubError> {
        let observation = match seen {
            ReadRecord::There(observation) => observation,
            ReadRecord::Missing { key, merge_target, .. } => {
                return self.missing_in_words(key, merge_target.as_deref()).await;
            }
        };
        let system = &observation.key.system;
        let known = self.reads().record(&observation.key).await?;
        let gone = known.as_ref().is_some_and(|known| known.gone_at.is_some());
        let before = known.as_ref().filter(|known| known.gone_at.is_none()).map(|known| &known.attributes);
        let (mut was, mut is) = (Vec::new(), Vec::new());
        for difference in differences(before, &observation.attributes) {
            let (mut old, mut new) = (difference.before, difference.after);
            if difference.what == USED_BY {
                old = Some(self.holder_name(system, old).await?);
                new = Some(self.holder_name(system, new).await?);
            }
            was.push(format!("{}: {}", difference.what, old.as_deref().unwrap_or("none")));
            is.push(format!("{}: {}", difference.what, new.as_deref().unwrap_or("none")));
        }
        let was = match before {
            _ if gone => "gone".to_owned(),
            None => "not known".to_owned(),
            // Ownership does not follow from the object alone: it may have changed with its requester's link, for
            // example.
            Some(_) if was.is_empty() => "as it is".to_owned(),
            Some(_) => was.join("; "),
        };
        Ok((was, if is.is_empty() { "taken from its customer".to_owned() } else { is.join("; ") }))
    }

    async fn missing_in_words(
        &self,
        key: &RecordKey,
        merge_target: Option<&Observation>,
    ) -> Result<(String, String), HubError> {
        let device = match key.kind {
            Kind::Asset => self.reads().device(&key.system, &key.external_id).await?,
            Kind::Requester | Kind::Contact | Kind::User | Kind::Account => None,
        };
        let before = match device {
            Some(device) => format!("{USED_BY}: {}", self.holder_name(&key.system, device.holder).await?),
            None => format!("there, in {}", key.system),
        };
        let after = match merge_target {
            Some(merge_target) => format!("merged into {} {}", merge_target.key.kind, merge_target.key.external_id),
            None => format!("gone from {}", key.system),
        };
        Ok((before, after))
    }

    async fn holder_name(&self, system: &str, id: Option<String>) -> Result<String, StoreError> {
        let Some(id) = id else { return Ok("nobody, in stock".to_owned()) };
        let key = RecordKey::new(system, Kind::Requester, &id);
        Ok(match self.reads().record(&key).await? {
            Some(record) => format!("{} (requester {id})", record.attributes.title()),
            None => format!("requester {id}"),
        })
    }
}

fn waits_no_longer(id: SweepId) -> HubError {
    SweepError::WaitsNoLonger(id).into()
}

/// Whether a change waits for a decision and matches the filter.
fn waits(change: &HeldChange, filter: &HeldFilter) -> bool {
    !change.chosen && filter.finds(change)
}
