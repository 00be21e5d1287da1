//! The tries of one change: applied, or planned again after a conflict, with a line for those that keep conflicting.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use tessera_core::kernel::job::change::JobChange;
use tessera_core::kernel::plan::{Change, Plan, Stamp};
use tessera_core::kernel::record::change::RecordChange;
use tessera_store::{ApplyError, Conflict};
use tokio::sync::{Mutex, OwnedMutexGuard};
use tokio::time::Instant;
use tracing::Instrument as _;
use uuid::Uuid;

use crate::commit::{Planned, Tx};
use crate::jobs::progressed;
use crate::{Ctx, Hub, HubError};

/// A change that keeps conflicting is given up after this time …
const RETRY_FOR: Duration = Duration::from_secs(15);
/// … or after so many conflicts. So many are not met by chance: the plan rests on something that it does not read again.
const MAX_CONFLICTS: u32 = 64;
/// The first retries come at once: most conflicts are between two. A change that conflicts once more waits in line.
const RETRIES_AT_ONCE: u32 = 2;
/// After so many conflicts in its turn, a change goes to the end of the line: it does not hold up the others.
const CONFLICTS_IN_TURN: u32 = 8;
/// The longest wait between two tries.
const MAX_WAIT: Duration = Duration::from_millis(64);

/// Where changes wait that keep conflicting: one of them at a time is planned and committed, in the order they came. Of many that change the
/// same thing at once, each then needs a few tries instead of as many as there are others. Nothing rests on it: what is right is decided by
/// the guards of the plan, in this process or another.
#[derive(Debug, Clone, Default)]
pub(crate) struct RetryLine {
    turn: Arc<Mutex<()>>,
    given_up: Arc<std::sync::Mutex<BTreeMap<String, u64>>>,
}

impl RetryLine {
    fn count_given_up(&self, at: &str, conflict: Conflict) {
        let mut given_up = self.given_up.lock().unwrap_or_else(PoisonError::into_inner);
        *given_up.entry(format!("{at}: {conflict}")).or_default() += 1;
    }
}

impl Hub {
    /// How many changes this process gave up because they kept conflicting, by the place in the source and the conflict. There should be none.
    pub fn changes_given_up(&self) -> BTreeMap<String, u64> {
        self.retry_line().given_up.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

tokio::task_local! {
    /// Whether the journey around this one stands in line already.
    static IN_LINE: bool;
}

/// The tries of one change.
#[derive(Debug)]
pub(crate) struct Tries<'a> {
    hub: &'a Hub,
    ctx: &'a Ctx,
    /// The place in the source.
    at: &'static str,
    started: Instant,
    conflicts: u32,
    turn: Option<OwnedMutexGuard<()>>,
    span: tracing::Span,
}

impl<'a> Tries<'a> {
    pub(crate) fn new(hub: &'a Hub, ctx: &'a Ctx, at: &'static str) -> Self {
        let conflicts = tracing::field::Empty;
        let span = tracing::debug_span!("commit", actor = %ctx.actor, channel = %ctx.channel, conflicts);
        Self { hub, ctx, at, started: Instant::now(), conflicts: 0, turn: None, span }
    }

    /// Begins a try. `mint` makes fresh ids.
    pub(crate) fn begin<'t>(&'t self, mint: &'t (dyn Fn() -> Uuid + Sync)) -> Tx<'t> {
        let (now, reading) = (self.hub.env.now(), self.hub.env.reading());
        Tx::new(Stamp { now, reading, actor: &self.ctx.actor, channel: self.ctx.channel, mint })
    }

    /// Reads and plans within the span of the journey.
    pub(crate) async fn plan<T, E>(&self, planning: impl Future<Output = Result<T, E>>) -> Result<T, E> {
        let in_line = self.turn.is_some() || is_in_line();
        IN_LINE.scope(in_line, planning.instrument(self.span.clone())).await
    }

    /// Applies a plan, with the end of the job. False: the world moved meanwhile; it has to be made again.
    pub(crate) async fn apply(&self, (mut plan, rejections): Planned, now: Timestamp) -> Result<bool, HubError> {
        if let Some(job) = &self.ctx.job {
            plan.push(JobChange::Finish { id: job.id, attempt: job.attempt, at: now }, "this was the job");
        }
        let reservation = stores_readings(&plan).then(|| self.hub.env.readings().reservation()).flatten();
        if let Some(reservation) = reservation {
            // Last, so that the row that all processes share is locked for a short time only.
            plan.push(RecordChange::Reserve(reservation), "the reading clock continues above stored timestamps");
        }
        let conflict = match self.hub.store().apply(&plan).instrument(self.span.clone()).await {
            Ok(()) => {
                reservation.inspect(|reservation| self.hub.env.readings().reserved(*reservation));
                progressed();
                return Ok(true);
            }
            Err(ApplyError::Store(error)) => return Err(error.into()),
            Err(ApplyError::Conflict(conflict)) => conflict,
        };
        if let Some((_, rejection)) = rejections.into_iter().find(|(on, _)| *on == conflict) {
            return Err(rejection);
        }
        let conflicts = self.conflicts + 1;
        self.span.record("conflicts", conflicts);
        tracing::debug!(%conflict, "the world moved; planning again");
        if conflict == Conflict::Job && self.ctx.job.is_some() {
            return Err(HubError::Busy);
        }
        if conflicts < MAX_CONFLICTS && self.started.elapsed() <= RETRY_FOR {
            return Ok(false);
        }
        self.give_up(conflict, conflicts);
        Err(HubError::Busy)
    }

    fn give_up(&self, conflict: Conflict, conflicts: u32) {
        let (at, actor, channel) = (self.at, &self.ctx.actor, self.ctx.channel);
        tracing::warn!(%conflict, conflicts, at, %actor, %channel, "a change kept conflicting and was given up");
        self.hub.retry_line().count_given_up(at, conflict);
    }

    /// Waits for its turn, and a random time, longer after more conflicts, so that those who met do not meet again.
    pub(crate) async fn wait(&mut self) {
        self.conflicts += 1;
        let Some(since_in_line) = self.conflicts.checked_sub(RETRIES_AT_ONCE + 1) else { return };
        if since_in_line.is_multiple_of(CONFLICTS_IN_TURN) && (self.turn.is_some() || !is_in_line()) {
            // Given back first, so that the next in line has it before this one has it again.
            self.turn = None;
            self.turn = Some(self.hub.retry_line().turn.clone().lock_owned().await);
            return;
        }
        let most = MAX_WAIT.min(Duration::from_millis(1 << since_in_line.min(6)));
        tokio::time::sleep(most * (self.hub.env.random_u32() % 1024) / 1024).await;
    }
}

/// Whether a plan stores timestamps of the reading clock.
fn stores_readings(plan: &Plan) -> bool {
    let stores = |change: &Change| matches!(change, Change::Record(_) | Change::Hold(_) | Change::ServiceRequest(_));
    plan.changes().any(stores)
}

fn is_in_line() -> bool {
    IN_LINE.try_with(|in_line| *in_line).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    fn texts(folder: &Path, found: &mut Vec<(String, String)>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                texts(&path, found);
            } else if !path.ends_with("commit_conflicts.rs") {
                found.push((path.display().to_string(), std::fs::read_to_string(&path).unwrap()));
            }
        }
    }

    #[test]
    fn h04_plans_are_applied_in_one_place() {
        let mut found = Vec::new();
        texts(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut found);
        for (path, text) in found {
            assert!(!text.contains(".apply(&"), "{path} applies a plan by itself instead of committing");
        }
    }
}
