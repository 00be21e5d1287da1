//! The one way in which anything changes: a journey reads, plans, and commits; when the world moved meanwhile, it reads and plans again.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use serde::Serialize;
use serde::de::DeserializeOwned;
use tessera_core::kernel::actor::{Actor, Channel};
use tessera_core::kernel::answer::{AnswerChange, IdempotencyError};
use tessera_core::kernel::job::change::JobChange;
use tessera_core::kernel::job::{Leased, Task};
use tessera_core::kernel::plan::{Change, Plan, Stamp};
use tessera_core::sync::hold::HoldChange;
use tessera_store::{ApplyError, Conflict};
use tokio::sync::{Mutex, OwnedMutexGuard};
use tokio::time::Instant;
use tracing::Instrument as _;
use uuid::Uuid;

use crate::jobs::progressed;
use crate::{Hub, HubError, hash};

/// A journey that keeps meeting others gives up after this time.
const RETRY_FOR: Duration = Duration::from_secs(15);
/// The first retries come at once: most conflicts are between two. Who conflicts once more waits in line.
const RETRIES_AT_ONCE: u32 = 2;
/// The longest wait between two tries.
const MAX_WAIT: Duration = Duration::from_millis(64);

/// Who does something and through which channel, and what ends with it.
#[derive(Debug, Clone)]
pub struct Ctx {
    /// Who.
    pub actor: Actor,
    /// Through which channel.
    pub channel: Channel,
    /// How a repetition of the same request is recognised.
    pub idempotency: Option<IdempotencyKey>,
    /// The job that ends in the same transaction.
    pub job: Option<Leased>,
}

/// How a machine marks requests that are one request, sent again because its answer was lost. Keys of different actors have nothing to do
/// with each other.
#[derive(Debug, Clone)]
pub struct IdempotencyKey {
    /// The key, as it was sent.
    pub key: String,
    /// The HTTP status of the first answer, and of every repetition.
    pub status: u16,
}

impl Ctx {
    /// Somebody, through a channel.
    pub const fn new(actor: Actor, channel: Channel) -> Self {
        Self { actor, channel, idempotency: None, job: None }
    }

    /// The hub itself, in the background.
    pub(crate) const fn background() -> Self {
        Self::new(Actor::Hub, Channel::Job)
    }

    /// The same, with the key by which a repetition is recognised.
    #[must_use]
    pub fn with_idempotency(self, idempotency: Option<IdempotencyKey>) -> Self {
        Self { idempotency, ..self }
    }

    /// The same actor and channel for a step on the way: nothing is answered and no job ends with it.
    #[must_use]
    pub(crate) fn going_on(&self) -> Self {
        Self::new(self.actor.clone(), self.channel)
    }

    /// The same, ending this job.
    #[must_use]
    pub(crate) fn ending(self, job: &Leased) -> Self {
        Self { job: Some(job.clone()), ..self }
    }
}

/// A plan, and the conflicts that reject it.
type Planned = (Plan, Vec<(Conflict, HubError)>);

/// What a journey wants to change, before it is committed.
#[derive(Debug)]
pub(crate) struct Tx<'a> {
    /// Time, actor, channel and fresh ids of this try.
    pub(crate) stamp: Stamp<'a>,
    plan: Plan,
    rejections: Vec<(Conflict, HubError)>,
}

impl Tx<'_> {
    /// Adds a change.
    pub(crate) fn push(&mut self, change: impl Into<Change>, reason: &'static str) {
        self.plan.push(change, reason);
    }

    /// Adds a plan.
    pub(crate) fn extend(&mut self, plan: Plan) {
        self.plan.extend(plan);
    }

    /// Adds a job, to be run at once.
    pub(crate) fn enqueue(&mut self, task: impl Into<Task>, reason: &'static str) {
        self.plan.push(JobChange::Enqueue(self.stamp.job(task)), reason);
    }

    /// Adds a change of what waits for a decision.
    pub(crate) fn hold(&mut self, change: HoldChange, reason: &'static str) {
        self.plan.hold(change, reason);
    }

    /// Rejects the request when the commit meets this conflict, which planning again would only meet again.
    pub(crate) fn reject_on(&mut self, conflict: Conflict, error: HubError) {
        self.rejections.push((conflict, error));
    }

    /// Keeps the answer to a request that may be repeated.
    pub(crate) fn keep_answer(&mut self, ctx: &Ctx, (purpose, request): (&str, &str), answer: &impl Serialize) {
        let Some(idempotency) = &ctx.idempotency else { return };
        let keep = AnswerChange::Keep {
            key: kept_under(ctx, purpose, idempotency),
            request_hash: hash(request),
            status: idempotency.status,
            answer: serde_json::to_string(answer).unwrap_or_default(),
            at: self.stamp.now,
        };
        self.push(keep, "a repetition of the request gets the same answer");
    }

    /// What is planned, to be applied.
    pub(crate) fn into_planned(self) -> Planned {
        (self.plan, self.rejections)
    }
}

/// Where journeys wait that keep meeting others: one of them at a time plans and commits, in the order they came. Of many that change the
/// same thing at once, each then needs a few tries instead of as many as there are others. Nothing rests on it: what is right is decided by
/// the guards of the plan, in this process or another.
#[derive(Debug, Clone, Default)]
pub(crate) struct RetryLine(Arc<Mutex<()>>);

tokio::task_local! {
    /// Whether the journey around this one stands in line already.
    static IN_LINE: bool;
}

/// The tries of one journey.
#[derive(Debug)]
pub(crate) struct Tries<'a> {
    hub: &'a Hub,
    ctx: &'a Ctx,
    started: Instant,
    conflicts: u32,
    turn: Option<OwnedMutexGuard<()>>,
    span: tracing::Span,
}

impl<'a> Tries<'a> {
    pub(crate) fn new(hub: &'a Hub, ctx: &'a Ctx) -> Self {
        let conflicts = tracing::field::Empty;
        let span = tracing::debug_span!("commit", actor = %ctx.actor, channel = %ctx.channel, conflicts);
        Self { hub, ctx, started: Instant::now(), conflicts: 0, turn: None, span }
    }

    /// Begins a try. `mint` makes fresh ids.
    pub(crate) fn begin<'t>(&'t self, mint: &'t (dyn Fn() -> Uuid + Sync)) -> Tx<'t> {
        let stamp = Stamp { now: self.hub.env.now(), actor: &self.ctx.actor, channel: self.ctx.channel, mint };
        Tx { stamp, plan: Plan::default(), rejections: Vec::new() }
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
        let conflict = match self.hub.store().apply(&plan).instrument(self.span.clone()).await {
            Ok(()) => {
                progressed();
                return Ok(true);
            }
            Err(ApplyError::Store(error)) => return Err(error.into()),
            Err(ApplyError::Conflict(conflict)) => conflict,
        };
        if let Some((_, rejection)) = rejections.into_iter().find(|(on, _)| *on == conflict) {
            return Err(rejection);
        }
        self.span.record("conflicts", self.conflicts + 1);
        tracing::debug!(%conflict, "the world moved; planning again");
        let job_lost = conflict == Conflict::Job && self.ctx.job.is_some();
        if job_lost || self.started.elapsed() > RETRY_FOR { Err(HubError::Busy) } else { Ok(false) }
    }

    /// Waits for its turn, and a random time, longer after more conflicts, so that those who met do not meet again.
    pub(crate) async fn wait(&mut self) {
        self.conflicts += 1;
        let Some(doublings) = self.conflicts.checked_sub(RETRIES_AT_ONCE + 1) else { return };
        if self.turn.is_none() && !is_in_line() {
            self.turn = Some(self.hub.retry_line().0.clone().lock_owned().await);
            return;
        }
        let most = MAX_WAIT.min(Duration::from_millis(1 << doublings.min(6)));
        tokio::time::sleep(most * (self.hub.env.random_u32() % 1024) / 1024).await;
    }
}

fn is_in_line() -> bool {
    IN_LINE.try_with(|in_line| *in_line).unwrap_or_default()
}

/// Commits what the body plans: all of it, durably, or nothing. On a conflict the body runs again, so it has to read everything that its
/// plan rests on. The job of the context ends in the same transaction, also when nothing changes. `return` leaves the body alone.
///
/// The result is an error of the body, or [`HubError::Busy`] when others kept changing the same things or the job is another worker's by now.
///
/// A macro, since the futures of async closures are not known to be `Send` where the closure borrows.
macro_rules! commit {
    ($hub:expr, $ctx:expr, |$tx:ident| $body:block) => {
        $crate::commit::commit!($crate::HubError; $hub, $ctx, |$tx| $body)
    };
    ($error:ty; $hub:expr, $ctx:expr, |$tx:ident| $body:block) => {{
        let (hub, ctx): (&$crate::Hub, &$crate::Ctx) = ($hub, $ctx);
        let mut tries = $crate::commit::Tries::new(hub, ctx);
        loop {
            let mint = || hub.env.uuid();
            let mut tx = tries.begin(&mint);
            // On the heap: journeys within journeys would make their callers' futures too large for a stack.
            let planned = tries.plan::<_, $error>(Box::pin(async {
                let $tx = &mut tx;
                $body
            }));
            let value = match planned.await {
                Ok(value) => value,
                Err(error) => break Err(error),
            };
            let now = tx.stamp.now;
            match tries.apply(tx.into_planned(), now).await {
                Ok(true) => break Ok(value),
                Ok(false) => {}
                Err(error) => break Err(<$error>::from(error)),
            }
            tries.wait().await;
        }
    }};
}

/// The same, unless the same request was answered before: then that answer is given again, and the second value is true. The changes and the
/// answer are one transaction, so no crash and no race makes two of it. Without a key in the context, every request is a new one. The request
/// is what it is for, and everything that makes it what it is.
macro_rules! commit_once {
    ($hub:expr, $ctx:expr, $request:expr, |$tx:ident| $body:block) => {
        $crate::commit::commit_once!($crate::HubError; $hub, $ctx, $request, |$tx| $body)
    };
    ($error:ty; $hub:expr, $ctx:expr, $request:expr, |$tx:ident| $body:block) => {{
        let request: (&str, &str) = $request;
        let outcome: Result<_, $error> = $crate::commit::commit!($error; $hub, $ctx, |once| {
            if let Some(before) = $hub.answered($ctx, request).await? {
                return Ok((before, true));
            }
            let answer: Result<_, $error> = async {
                let $tx = &mut *once;
                $body
            }
            .await;
            let value = answer?;
            once.keep_answer($ctx, request, &value);
            Ok((value, false))
        });
        // The same request, sent twice at once: the second one meets what the first has changed, and gets its answer.
        match outcome {
            Err(error) => match $hub.answered($ctx, request).await {
                Ok(Some(before)) => Ok((before, true)),
                _ => Err(error),
            },
            done => done,
        }
    }};
}

pub(crate) use {commit, commit_once};

impl Hub {
    /// The answer that the same request got before, if it did.
    ///
    /// # Errors
    /// [`IdempotencyError`] when the key came with another request before, or so long ago that its answer
    /// has another form.
    pub(crate) async fn answered<T: DeserializeOwned>(
        &self,
        ctx: &Ctx,
        (purpose, request): (&str, &str),
    ) -> Result<Option<T>, HubError> {
        let Some(idempotency) = &ctx.idempotency else { return Ok(None) };
        let Some((request_hash, _, answer)) = self.reads().kept_answer(&kept_under(ctx, purpose, idempotency)).await?
        else {
            return Ok(None);
        };
        if request_hash != hash(request) {
            return Err(IdempotencyError::OtherRequest.into());
        }
        serde_json::from_str(&answer).map(Some).map_err(|_| IdempotencyError::EarlierVersion.into())
    }
}

fn kept_under(ctx: &Ctx, purpose: &str, idempotency: &IdempotencyKey) -> String {
    format!("{purpose} {} {}", ctx.actor, idempotency.key)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    fn texts(folder: &Path, found: &mut Vec<(String, String)>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                texts(&path, found);
            } else if !path.ends_with("commit.rs") {
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
