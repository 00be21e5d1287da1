//! The brake: when too much would be taken from customers at once, it is held until somebody has looked (`H04`).

use tessera_core::id::SweepId;
use tessera_core::sweep::{SweepMode, SweepState};
use tessera_store::{Alarm, HeldChange, Sweep};

use super::page::title;
use super::{HELD, new};
use crate::observe::Seen;
use crate::{Hub, HubError};

/// What holds changes that came one by one.
const SINGLE: &str = "single";

/// What the brake says of one change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It may be applied.
    Go,
    /// It was kept for a decision.
    Held,
}

impl Hub {
    /// Whether what a sweep would take away is too much, with what single changes took lately. Then there is an alarm.
    pub(super) async fn brake_holds(&self, sweep: &Sweep) -> Result<bool, HubError> {
        let (now, brake) = (self.env.now(), self.config.brake);
        if sweep.takes_away == 0 {
            return Ok(false);
        }
        let takes = sweep.takes_away + self.store.taken_since(&sweep.system, now - brake.window).await?;
        if !brake.is_many(takes) {
            return Ok(false);
        }
        let linked = self.store.linked_count(&sweep.system).await?;
        if !brake.trips(takes, linked) {
            return Ok(false);
        }
        self.raise(&sweep.system, HELD, "", held_text(takes, linked, &format!("a sweep of {}", sweep.kind))).await?;
        Ok(true)
    }

    /// Whether a single change that takes something away may be applied. Beyond the limits it is kept for a decision.
    pub(crate) async fn brake(&self, seen: &Seen, takes: i64) -> Result<Verdict, HubError> {
        let (now, brake, system) = (self.env.now(), self.config.brake, seen.key().system.as_str());
        let taken = takes + self.store.taken_since(system, now - brake.window).await?;
        let linked = if brake.is_many(taken) { self.store.linked_count(system).await? } else { i64::MAX / 100 };
        if !brake.trips(taken, linked) {
            return Ok(Verdict::Go);
        }
        self.raise(system, HELD, "", held_text(taken, linked, "single changes")).await?;
        // That something is not there is found out again by itself; what was read is kept.
        if let Seen::There(observation) = seen {
            let (before, after) = self.in_words(observation).await?;
            let known = self.store.record(&observation.key).await?;
            let change = HeldChange {
                id: self.env.uuid().into(),
                run: self.holding_run(system).await?,
                title: title(observation),
                before,
                after,
                takes,
                observation: observation.as_ref().clone(),
                held_at: now,
            };
            self.store().hold(&change, known.map(|known| known.content_hash), false).await?;
        }
        Ok(Verdict::Held)
    }

    /// A single change was applied: what it took counts, and nothing of its record has to be held any more.
    pub(crate) async fn applied(&self, seen: &Seen, takes: i64) -> Result<(), HubError> {
        let system = seen.key().system.as_str();
        if takes > 0 {
            self.store().note_taking(self.env.uuid(), system, self.env.now(), takes).await?;
        }
        self.no_longer_held(system, std::slice::from_ref(seen.key()), seen.read_at()).await
    }

    /// What single changes of a system are held by.
    async fn holding_run(&self, system: &str) -> Result<SweepId, HubError> {
        if let Some(held) = self.store.held_sweep(system, SINGLE).await? {
            return Ok(held.id);
        }
        let id: SweepId = self.env.uuid().into();
        let held = new(id, system, SINGLE, SweepState::Held, self.env.now());
        self.store().create_sweep(&Sweep { mode: SweepMode::Incremental, ..held }, None).await?;
        Ok(id)
    }

    /// When nothing of a system is held any more, the alarm ends by itself.
    pub(crate) async fn release_brake(&self, system: &str) -> Result<(), HubError> {
        if self.store.alarm(system, HELD, "").await?.is_none() || self.store.holds_anything(system).await? {
            return Ok(());
        }
        self.store().close_emptied_sweeps(system, self.env.now()).await?;
        Ok(self.store().clear_alarm(system, HELD, "").await?)
    }

    /// Has somebody look at something.
    pub(crate) async fn raise(&self, system: &str, code: &str, about: &str, detail: String) -> Result<(), HubError> {
        tracing::error!(system, code, about, detail, "alarm");
        let (system, code, about) = (system.to_owned(), code.to_owned(), about.to_owned());
        Ok(self.store().raise_alarm(&Alarm { system, code, about, since: self.env.now(), detail }).await?)
    }
}

fn held_text(takes: i64, linked: i64, whence: &str) -> String {
    format!(
        "{whence} would take {takes} devices or links from customers, of {linked} that are linked. Nothing of it was applied: look at \
         what is held under Sweeps, and apply or discard it there. When the system takes it back, the hold ends by itself."
    )
}
