//! The one way in which anything changes: a journey reads, plans, and commits; when the world moved meanwhile, it reads and plans again.

use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;
use tessera_core::actor::{Actor, Channel};
use tessera_core::job::{Leased, Task};
use tessera_core::plan::{Change, Plan, Stamp};
use tessera_store::{ApplyError, Conflict};
use tokio::time::Instant;
use tracing::Instrument as _;

use crate::{Hub, HubError, hash};

/// A journey that keeps meeting others gives up after this time.
const RETRY_FOR: Duration = Duration::from_secs(15);
/// The first retries come at once: most conflicts are between two.
const RETRIES_AT_ONCE: u32 = 2;
/// The longest wait between two tries.
const LONGEST_WAIT: Duration = Duration::from_millis(64);

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
    pub(crate) fn push(&mut self, change: Change, reason: &'static str) {
        self.plan.push(change, reason);
    }

    /// Adds a plan.
    pub(crate) fn extend(&mut self, plan: Plan) {
        self.plan.extend(plan);
    }

    /// Adds a job, to be run at once.
    pub(crate) fn enqueue(&mut self, task: Task, reason: &'static str) {
        self.plan.push(Change::Enqueue(self.stamp.job(task)), reason);
    }

    /// Rejects the request when the commit meets this conflict, which planning again would only meet again.
    pub(crate) fn reject_on(&mut self, conflict: Conflict, error: HubError) {
        self.rejections.push((conflict, error));
    }

    fn rejection(self, conflict: Conflict) -> Option<HubError> {
        self.rejections.into_iter().find(|(on, _)| *on == conflict).map(|(_, error)| error)
    }
}

impl Hub {
    /// Commits what `attempt` plans: all of it, durably, or nothing. On a conflict it is called again, so it has to read everything that its
    /// plan rests on. The job of `ctx` ends in the same transaction, also when nothing changes.
    ///
    /// # Errors
    /// Those of `attempt`; [`HubError::Busy`] when others kept changing the same things, or the job is another worker's by now.
    pub(crate) async fn commit<T>(
        &self,
        ctx: &Ctx,
        attempt: impl AsyncFnMut(&mut Tx<'_>) -> Result<T, HubError>,
    ) -> Result<T, HubError> {
        self.commit_or(ctx, attempt).await
    }

    /// The same for a journey that has its own error.
    pub(crate) async fn commit_or<T, E: From<HubError>>(
        &self,
        ctx: &Ctx,
        mut attempt: impl AsyncFnMut(&mut Tx<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let span = tracing::debug_span!("commit", actor = %ctx.actor, channel = %ctx.channel, conflicts = tracing::field::Empty);
        async {
            let started = Instant::now();
            for conflicts in 0_u32.. {
                let mint = || self.env.uuid();
                let stamp = Stamp { now: self.env.now(), actor: &ctx.actor, channel: ctx.channel, mint: &mint };
                let mut tx = Tx { stamp, plan: Plan::default(), rejections: Vec::new() };
                let value = attempt(&mut tx).await?;
                if let Some(job) = &ctx.job {
                    tx.push(Change::FinishJob { id: job.id, attempt: job.attempt, at: stamp.now }, "this was the job");
                }
                let conflict = match self.store().apply(&tx.plan).await {
                    Ok(()) => return Ok(value),
                    Err(ApplyError::Store(error)) => return Err(HubError::from(error).into()),
                    Err(ApplyError::Conflict(conflict)) => conflict,
                };
                if let Some(rejection) = tx.rejection(conflict) {
                    return Err(rejection.into());
                }
                tracing::Span::current().record("conflicts", conflicts + 1);
                tracing::debug!(%conflict, "the world moved; planning again");
                let job_lost = conflict == Conflict::Job && ctx.job.is_some();
                if job_lost || started.elapsed() > RETRY_FOR {
                    break;
                }
                self.wait_before_retry(conflicts).await;
            }
            Err(HubError::Busy.into())
        }
        .instrument(span)
        .await
    }

    /// Commits what `attempt` plans, unless the same request was answered before: then that answer is given again, and the second value is
    /// true. The changes and the answer are one transaction, so no crash and no race makes two of it. Without a key in `ctx`, every request is
    /// a new one. `request` is everything that makes the request what it is.
    ///
    /// # Errors
    /// As for [`Hub::commit`]; [`HubError::Precondition`] `idempotency_key_reused` when the key came with another request before.
    pub(crate) async fn commit_once<T: Serialize + DeserializeOwned, E: From<HubError>>(
        &self,
        ctx: &Ctx,
        (purpose, request): (&str, &str),
        mut attempt: impl AsyncFnMut(&mut Tx<'_>) -> Result<T, E>,
    ) -> Result<(T, bool), E> {
        let Some(idempotency) = &ctx.idempotency else { return Ok((self.commit_or(ctx, attempt).await?, false)) };
        let key = kept_under(ctx, purpose, idempotency);
        self.commit_or(ctx, async |tx| {
            if let Some(before) = self.answered(ctx, (purpose, request)).await? {
                return Ok((before, true));
            }
            let value = attempt(tx).await?;
            let keep = Change::KeepAnswer {
                key: key.clone(),
                request_hash: hash(request),
                status: idempotency.status,
                answer: serde_json::to_string(&value).unwrap_or_default(),
                at: tx.stamp.now,
            };
            tx.push(keep, "a repetition of the request gets the same answer");
            Ok((value, false))
        })
        .await
    }

    /// The answer that the same request got before, if it did.
    ///
    /// # Errors
    /// [`HubError::Precondition`] `idempotency_key_reused` when the key came with another request before.
    pub(crate) async fn answered<T: DeserializeOwned>(
        &self,
        ctx: &Ctx,
        (purpose, request): (&str, &str),
    ) -> Result<Option<T>, HubError> {
        let Some(idempotency) = &ctx.idempotency else { return Ok(None) };
        let Some((request_hash, _, answer)) = self.store.kept_answer(&kept_under(ctx, purpose, idempotency)).await?
        else {
            return Ok(None);
        };
        if request_hash != hash(request) {
            return Err(HubError::precondition(
                "idempotency_key_reused",
                "this Idempotency-Key came with another request before; use a fresh key for every new request",
            ));
        }
        Ok(serde_json::from_str(&answer).ok())
    }

    /// Waits a random time, longer after more conflicts, so that those who met do not meet again.
    async fn wait_before_retry(&self, conflicts: u32) {
        let Some(doublings) = conflicts.checked_sub(RETRIES_AT_ONCE) else { return };
        let most = LONGEST_WAIT.min(Duration::from_millis(1 << doublings.min(6)));
        let part = self.env.random_u32();
        tokio::time::sleep(most * (part % 1024) / 1024).await;
    }
}

fn kept_under(ctx: &Ctx, purpose: &str, idempotency: &IdempotencyKey) -> String {
    format!("{purpose} {} {}", ctx.actor, idempotency.key)
}
