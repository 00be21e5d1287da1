//! One page of a sweep: compared with the stored records in one query.

use std::collections::HashMap;

use tessera_core::kernel::actor::{Actor, Channel};
use tessera_core::kernel::ids::SweepId;
use tessera_core::kernel::plan::Plan;
use tessera_core::kernel::record::{Attributes, Observation, RecordKey};
use tessera_core::sync::error::SweepError;
use tessera_core::sync::hold::{HoldChange, PutAside};
use tessera_core::sync::jobs::Hint;
use tessera_store::{KnownRecord, Sweep};

use crate::commit::commit;
use crate::sync::apply_observation::{Planned, ReadRecord};
use crate::{Ctx, Hub, HubError};

/// An unchanged record, with the hash of its content.
type Unchanged = (RecordKey, [u8; 32]);

impl Hub {
    /// Processes a page, and returns the number of new or changed objects.
    pub(crate) async fn take_page(&self, sweep: &mut Sweep, items: Vec<Observation>) -> Result<i64, HubError> {
        let Some(read_at) = items.iter().map(|item| item.read_at).min() else { return Ok(0) };
        let Some(kind) = items.first().map(|item| item.key.kind) else { return Ok(0) };
        let ids: Vec<String> = items.iter().map(|item| item.key.external_id.clone()).collect();
        let known = self.reads().known_records(&sweep.system, kind, &ids).await?;
        let known: HashMap<String, KnownRecord> =
            known.into_iter().map(|known| (known.external_id.clone(), known)).collect();
        let ctx = Ctx::new(Actor::system(sweep.system.clone()), Channel::Job);
        let (mut unchanged, mut changed, mut without_deals) = (Vec::new(), 0, Vec::new());
        for mut item in items {
            let known = known.get(&item.key.external_id);
            if known.is_some() && item.attributes.leaves_content_out() {
                self.complete(&mut item).await?;
            }
            if let Some(known) = known.filter(|known| known.content_hash == item.content_hash() && !known.gone) {
                unchanged.push(((item.key, known.content_hash), known.waits));
                continue;
            }
            changed += 1;
            if known.is_some() && item.attributes.leaves_deals_out() {
                without_deals.push(item.key.clone());
            }
            let seen = ReadRecord::There(Box::new(item));
            if sweep.dry {
                self.plan_only(sweep, &seen, &ctx).await?;
            } else {
                self.take_or_put_aside(sweep, &seen, &ctx).await?;
            }
        }
        if !sweep.dry {
            self.unchanged(unchanged, read_at).await?;
            self.fetch_deals(&without_deals, &ctx).await?;
        }
        Ok(changed)
    }

    /// Requests that changed contacts be read in full, because a list has no deals (`A02`): those of customers only, so
    /// that the call budget is not spent on others.
    async fn fetch_deals(&self, changed: &[RecordKey], ctx: &Ctx) -> Result<(), HubError> {
        if changed.is_empty() {
            return Ok(());
        }
        let owned = self.reads().owners_among(&changed.iter().collect::<Vec<_>>()).await?;
        let hints = owned.into_iter().map(|(key, _)| Hint::Contact { id: key.external_id });
        let hints: Vec<Hint> = hints.collect();
        if hints.is_empty() { Ok(()) } else { self.request_fetch(hints, ctx).await }
    }

    /// Fills in, from the stored record, the attributes that this answer omits.
    pub(crate) async fn complete(&self, read: &mut Observation) -> Result<(), HubError> {
        if let Some(known) = self.reads().record(&read.key).await? {
            read.attributes.complete(&known.attributes);
        }
        Ok(())
    }

    /// Changes that remove something wait until the end of the sweep, or in the hold that already has the record.
    /// Everything else is applied immediately.
    async fn take_or_put_aside(&self, sweep: &mut Sweep, seen: &ReadRecord, ctx: &Ctx) -> Result<(), HubError> {
        let takes = commit!(self, ctx, |tx| {
            let Some(planned) = self.plan_observed(seen, tx.stamp).await? else { return Ok(0) };
            let takes = planned.plan.takes_away();
            tx.extend(if takes == 0 {
                planned.settling(seen, None, tx.stamp.now)
            } else {
                self.put_aside(sweep, seen, planned, takes).await?
            });
            Ok(takes)
        })?;
        sweep.takes_away += takes;
        Ok(())
    }

    async fn put_aside(
        &self,
        sweep: &Sweep,
        seen: &ReadRecord,
        planned: Planned,
        takes: i64,
    ) -> Result<Plan, HubError> {
        let run = match planned.binding {
            Some(binding) => binding.run,
            None => self.open_run(sweep).await?,
        };
        let change = self.waiting_change(run, seen, takes).await?;
        let aside = PutAside { change, on: planned.on, read_by: Some(sweep.id), dry: false };
        let mut plan = Plan::default();
        plan.hold(HoldChange::PutAside(Box::new(aside)), "it takes something away: the end of the sweep decides");
        Ok(plan)
    }

    /// The sweep, if it is still open to put changes aside. A concurrent run may have ended it.
    async fn open_run(&self, sweep: &Sweep) -> Result<SweepId, HubError> {
        let is_open = self.reads().sweep(sweep.id).await?.is_some_and(|sweep| sweep.state.is_open());
        if is_open { Ok(sweep.id) } else { Err(SweepError::WaitsNoLonger(sweep.id).into()) }
    }

    /// Stores the planned changes of a dry run without applying them.
    async fn plan_only(&self, sweep: &mut Sweep, seen: &ReadRecord, ctx: &Ctx) -> Result<(), HubError> {
        let takes = commit!(self, ctx, |tx| {
            let Some(planned) = self.plan_observed(seen, tx.stamp).await? else { return Ok(0) };
            let takes = planned.plan.takes_away();
            let change = self.waiting_change(self.open_run(sweep).await?, seen, takes).await?;
            let aside = PutAside { change, on: planned.on, read_by: None, dry: true };
            tx.hold(HoldChange::PutAside(Box::new(aside)), "a dry run plans only");
            Ok(takes)
        })?;
        sweep.takes_away += takes;
        Ok(())
    }

    /// Handles unchanged records. A held change of such a record is released, since its system has reverted it.
    async fn unchanged(&self, read: Vec<(Unchanged, bool)>, read_at: jiff::Timestamp) -> Result<(), HubError> {
        commit!(self, &Ctx::background(), |tx| {
            for ((key, _), _) in read.iter().filter(|(_, waits)| *waits) {
                let release = HoldChange::Release { key: key.clone(), read_at, at: tx.stamp.now };
                tx.hold(release, "its system took back what waited");
            }
            Ok(())
        })?;
        self.reserve_readings().await?;
        let read: Vec<Unchanged> = read.into_iter().map(|(unchanged, _)| unchanged).collect();
        Ok(self.technical().touch_records(&read, read_at).await?)
    }
}

/// Display name of an object. Kind and id if it has no name.
pub(crate) fn title(key: &RecordKey, attributes: &Attributes) -> String {
    match attributes.title() {
        "" => format!("{} {}", key.kind, key.external_id),
        name => name.to_owned(),
    }
}
