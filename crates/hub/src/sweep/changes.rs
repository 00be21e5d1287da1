//! Changes that wait for a decision: in words, applied exactly, or thrown away.

use tessera_core::id::SweepId;
use tessera_core::job::Task;
use tessera_core::record::{Kind, Observation, RecordKey};
use tessera_core::sweep::{SweepState, USED_BY, differences};
use tessera_store::{ApplyError, Conflict, HeldChange, StoreError, Sweep};

use crate::observe::Seen;
use crate::{Ctx, Hub, HubError};

/// How many waiting changes are read at once.
const AT_ONCE: usize = 100;

impl Hub {
    /// A sweep, to be shown.
    ///
    /// # Errors
    /// [`HubError::NotFound`] when there is none of this id.
    pub async fn sweep_shown(&self, id: SweepId) -> Result<Sweep, HubError> {
        let sweep = self.store.sweep(id).await?;
        sweep.ok_or_else(|| HubError::NotFound(format!("there is no sweep {id}; sweeps are kept for two weeks")))
    }

    /// Has exactly what a dry run planned, or what the brake held, applied soon. Refused whole when any of its records moved meanwhile.
    ///
    /// # Errors
    /// [`HubError::Precondition`] when there is nothing to decide, or when a record moved.
    pub async fn ask_apply_sweep(&self, id: SweepId, actor: &str) -> Result<Sweep, HubError> {
        self.begin_apply(id, actor).await?;
        self.sweep_shown(id).await
    }

    /// The same, done when it returns. Should this process end before, the job that is written down with the decision does the rest.
    ///
    /// # Errors
    /// As [`Hub::ask_apply_sweep`].
    pub async fn apply_sweep_now(&self, id: SweepId, actor: &str) -> Result<Sweep, HubError> {
        self.begin_apply(id, actor).await?;
        self.run_apply(id).await?;
        self.sweep_shown(id).await
    }

    async fn begin_apply(&self, id: SweepId, actor: &str) -> Result<(), HubError> {
        self.decidable(id).await?;
        self.still_stands(id).await?;
        let job = tx.stamp.job(Task::ApplySweep { run: id });
        self.decide(id, SweepState::Applying, actor, Some(&job)).await
    }

    /// Throws away what a dry run planned, or what the brake held. The next sweep reads it again.
    ///
    /// # Errors
    /// [`HubError::Precondition`] when there is nothing to decide.
    pub async fn discard_sweep(&self, id: SweepId, actor: &str) -> Result<Sweep, HubError> {
        let sweep = self.decidable(id).await?;
        self.decide(id, SweepState::Discarded, actor, None).await?;
        self.release_brake(&sweep.system).await?;
        self.sweep_shown(id).await
    }

    async fn decidable(&self, id: SweepId) -> Result<Sweep, HubError> {
        let sweep = self.sweep_shown(id).await?;
        if sweep.state.can_be_decided() {
            return Ok(sweep);
        }
        let state = sweep.state.as_str();
        Err(HubError::precondition(
            "nothing_to_decide",
            format!("sweep {id} is {state}: only what a dry run planned or the brake held can be applied or discarded"),
        ))
    }

    async fn decide(
        &self,
        id: SweepId,
        state: SweepState,
        actor: &str,
        job: Option<&tessera_core::job::Job>,
    ) -> Result<(), HubError> {
        match self.store().decide_sweep(id, state, actor, self.env.now(), job).await {
            Err(ApplyError::Conflict(Conflict::Exists)) => Err(HubError::precondition(
                "nothing_to_decide",
                format!("somebody else has just decided about sweep {id}: look at it again"),
            )),
            other => Ok(other?),
        }
    }

    async fn still_stands(&self, id: SweepId) -> Result<(), HubError> {
        let (moved, one) = self.store.moved_since(id).await?;
        if moved == 0 {
            return Ok(());
        }
        let detail = format!(
            "{moved} of the records have changed since sweep {id} looked at them, {} for example. Nothing was applied: discard it \
             and sweep again.",
            one.as_deref().unwrap_or("one without a name"),
        );
        Err(HubError::precondition("world_moved", detail))
    }

    /// The job that applies what somebody decided to apply.
    pub(crate) async fn run_apply(&self, id: SweepId) -> Result<(), HubError> {
        let Some(sweep) = self.store.sweep(id).await?.filter(|sweep| sweep.state == SweepState::Applying) else {
            return Ok(());
        };
        if let Err(error) = self.still_stands(id).await {
            self.store().sweep_not_applied(id, &error.to_string()).await?;
            return Err(error);
        }
        self.apply_waiting(&sweep, "job").await?;
        self.store().sweep_applied(id, self.env.now()).await?;
        self.release_brake(&sweep.system).await
    }

    /// Applies what a sweep has put aside. What was read again meanwhile needs it no more.
    pub(super) async fn apply_waiting(&self, sweep: &Sweep, channel: &str) -> Result<(), HubError> {
        let actor = match &sweep.decided_by {
            Some(by) => by.clone(),
            None => format!("system:{}", sweep.system),
        };
        loop {
            let some = self.store.held_changes(sweep.id, None, AT_ONCE).await?;
            if some.is_empty() {
                return Ok(());
            }
            for change in some {
                self.apply_change(change, &ctx).await?;
            }
        }
    }

    async fn apply_change(&self, change: HeldChange, ctx: &Ctx) -> Result<(), HubError> {
        let seen = Seen::There(Box::new(change.observation));
        self.commit(ctx, async |tx| {
            let Some(plan) = self.plan_observed(&seen, ctx).await? else { break };
            match self.store().apply(&plan).await {
                Ok(()) => break,
                Err(error) => crate::error::again(error)?,
            }
        }
        Ok(self.store().remove_held(change.id).await?)
    }

    /// What an object says differently now, before and after, with names for ids.
    pub(super) async fn in_words(&self, observation: &Observation) -> Result<(String, String), HubError> {
        let known = self.store.record(&observation.key).await?;
        let gone = known.as_ref().is_some_and(|known| known.gone_at.is_some());
        let before = known.as_ref().filter(|known| known.gone_at.is_none()).map(|known| &known.attributes);
        let (mut was, mut is) = (Vec::new(), Vec::new());
        for difference in differences(before, &observation.attributes) {
            let (mut old, mut new) = (difference.before, difference.after);
            if difference.what == USED_BY {
                old = Some(self.holder_name(observation, old).await?);
                new = Some(self.holder_name(observation, new).await?);
            }
            was.push(format!("{}: {}", difference.what, old.as_deref().unwrap_or("none")));
            is.push(format!("{}: {}", difference.what, new.as_deref().unwrap_or("none")));
        }
        let was = match before {
            _ if gone => "gone".to_owned(),
            None => "not known".to_owned(),
            Some(_) if was.is_empty() => "other details".to_owned(),
            Some(_) => was.join("; "),
        };
        let is = if is.is_empty() { "other details changed".to_owned() } else { is.join("; ") };
        Ok((was, is))
    }

    async fn holder_name(&self, observation: &Observation, id: Option<String>) -> Result<String, StoreError> {
        let Some(id) = id else { return Ok("nobody, in stock".to_owned()) };
        let key = RecordKey::new(&observation.key.system, Kind::Requester, &id);
        Ok(match self.store.record(&key).await? {
            Some(record) => format!("{} (requester {id})", record.attributes.title()),
            None => format!("requester {id}"),
        })
    }
}
