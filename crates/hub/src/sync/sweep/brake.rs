//! The brake: holds changes until staff have reviewed them when customers would lose too much at once (`H04`).
//!
//! Recently applied and held changes count together. A hold is binding: a change of a held record, or the next one beyond the limit, joins
//! the hold. The store checks the limit again in the transaction, so that concurrent changes cannot all pass under it.

use tessera_core::kernel::ids::SweepId;
use tessera_core::kernel::plan::Plan;
use tessera_core::kernel::record::Kind;
use tessera_core::sync::hold::{HeldChange, HoldChange, PutAside, Taking};
use tessera_core::sync::jobs::SweepOf;
use tessera_core::sync::observe::ReadRecord;
use tessera_store::{Alarm, Held, Reads, StoreError};

use super::HELD;
use super::page::title;
use crate::sync::apply_observation::Planned;
use crate::{Hub, HubError};

/// Kind of a hold for changes outside a sweep.
pub(crate) const SINGLE: &str = "single";

/// The brake's verdict on a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// The change may be applied.
    Go,
    /// The change is held for a decision.
    Held,
}

impl Hub {
    /// Decides whether a change may be applied, and returns the plan that applies or holds it.
    pub(crate) async fn brake(&self, seen: &ReadRecord, planned: Planned) -> Result<(Verdict, Plan), HubError> {
        let (now, takes, key) = (self.env.now(), planned.plan.takes_away(), seen.key());
        let held = planned.binding.is_some_and(|binding| binding.held);
        if takes == 0 {
            // A single failed lookup does not withdraw a change: the hold stays.
            if held && matches!(seen, ReadRecord::Missing { .. }) {
                return Ok((Verdict::Held, Plan::default()));
            }
            return Ok((Verdict::Go, planned.settling(seen, None, now)));
        }
        let since = now - self.config.brake.window;
        let total = self.reads().pressure(&key.system, since, Some(key)).await?.with(takes);
        let limit = self.max_removed(&key.system, total).await?;
        if held || total > limit {
            return Ok((Verdict::Held, self.hold(seen, planned, takes).await?));
        }
        let taking = Taking { id: self.env.uuid(), system: key.system.clone(), takes, at: now, since, limit };
        Ok((Verdict::Go, planned.settling(seen, Some(taking), now)))
    }

    /// The limit of applied and held changes of a system. The number of links matters only when `total` is large.
    async fn max_removed(&self, system: &str, total: i64) -> Result<i64, HubError> {
        let brake = self.config.brake;
        let linked = if brake.is_many(total) { self.reads().linked_count(system).await? } else { 0 };
        Ok(brake.limit(linked))
    }

    /// Whether recently applied and held changes of a system exceed the limit.
    pub(crate) async fn brake_trips(&self, system: &str) -> Result<bool, HubError> {
        let since = self.env.now() - self.config.brake.window;
        let total = self.reads().pressure(system, since, None).await?.with(0);
        Ok(total > self.max_removed(system, total).await?)
    }

    /// Holds a single change: in the hold that has its record, else in the open hold, else in a new one.
    async fn hold(&self, seen: &ReadRecord, planned: Planned, takes: i64) -> Result<Plan, HubError> {
        let (now, key) = (self.env.now(), seen.key());
        let mut plan = Plan::default();
        let standing = match planned.binding {
            Some(binding) => Some(binding.run),
            None => self.reads().current_hold(&key.system, sweep_kind(key.kind)).await?,
        };
        let run = standing.unwrap_or_else(|| self.env.uuid().into());
        if standing.is_none() {
            let open = HoldChange::Open { run, system: key.system.clone(), at: now };
            plan.hold(open, "more would be taken from customers than the brake lets pass");
            tracing::error!(system = key.system, code = HELD, sweep = %run, "alarm: the brake holds single changes");
        }
        tracing::warn!(record = %key, takes, sweep = %run, "held by the brake");
        let change = self.waiting_change(run, seen, takes).await?;
        let aside = PutAside { change, on: planned.on, read_by: None, dry: false };
        plan.hold(HoldChange::PutAside(Box::new(aside)), "it waits for a decision");
        Ok(plan)
    }

    /// A held change, described for staff.
    pub(crate) async fn waiting_change(
        &self,
        run: SweepId,
        seen: &ReadRecord,
        takes: i64,
    ) -> Result<HeldChange, HubError> {
        let mut seen = seen.clone();
        if let ReadRecord::There(observation) = &mut seen
            && observation.attributes.leaves_something_out()
        {
            self.complete(observation).await?;
        }
        let (before, after) = self.in_words(&seen).await?;
        let title = match &seen {
            ReadRecord::There(observation) => title(&observation.key, &observation.attributes),
            ReadRecord::Missing { key, .. } => match self.reads().record(key).await? {
                Some(known) => title(key, &known.attributes),
                None => key.to_string(),
            },
        };
        let (id, held_at) = (self.env.uuid().into(), self.env.now());
        Ok(HeldChange { id, run, title, before, after, takes, seen, held_at, chosen: false })
    }

    /// Raises an alarm.
    pub(crate) async fn raise(&self, system: &str, code: &str, about: &str, detail: String) -> Result<(), HubError> {
        tracing::error!(system, code, about, detail, "alarm");
        let (system, code, about) = (system.to_owned(), code.to_owned(), about.to_owned());
        Ok(self.technical().raise_alarm(&Alarm { system, code, about, since: self.env.now(), detail }).await?)
    }
}

/// All alarms, oldest first. Alarms about holds are computed from what is held now.
pub(crate) async fn alarms(store: &Reads) -> Result<Vec<Alarm>, StoreError> {
    let mut alarms = store.alarms().await?;
    for held in store.held_now().await? {
        let linked = store.linked_count(&held.system).await?;
        let detail = held_text(&held, linked);
        let (system, code, about, since) = (held.system, HELD.to_owned(), String::new(), held.since);
        alarms.push(Alarm { system, code, about, since, detail });
    }
    alarms.sort_by(|one, other| (one.since, &one.system, &one.code).cmp(&(other.since, &other.system, &other.code)));
    Ok(alarms)
}

/// The sweep that reads records of a kind.
fn sweep_kind(kind: Kind) -> &'static str {
    SweepOf::ALL.into_iter().find(|what| what.record_kind() == kind).map_or(SINGLE, SweepOf::as_str)
}

fn held_text(held: &Held, linked: i64) -> String {
    let Held { changes, takes, .. } = held;
    let wait = if *changes == 1 { "1 change is held".to_owned() } else { format!("{changes} changes are held") };
    let devices = if *takes == 1 { "1 device or link".to_owned() } else { format!("{takes} devices or links") };
    format!(
        "{wait}: together they would take {devices} from customers, of {linked} that are linked. Nothing of it was applied: look at \
         what is held under Sweeps, and apply or discard it there. When the system takes it back, the hold ends by itself."
    )
}
