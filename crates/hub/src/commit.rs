//! The one way in which anything changes: a journey reads, plans, and commits; when the world moved meanwhile, it reads and plans again.

use serde::Serialize;
use serde::de::DeserializeOwned;
use tessera_core::kernel::actor::{Actor, Channel};
use tessera_core::kernel::answer::{AnswerChange, IdempotencyError};
use tessera_core::kernel::job::change::JobChange;
use tessera_core::kernel::job::{Leased, Task};
use tessera_core::kernel::plan::{Change, Plan, Stamp};
use tessera_core::sync::hold::HoldChange;
use tessera_store::Conflict;

use crate::{Hub, HubError, hash};

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
    /// Someone, through a channel.
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
pub(crate) type Planned = (Plan, Vec<(Conflict, HubError)>);

/// What a journey wants to change, before it is committed.
#[derive(Debug)]
pub(crate) struct Tx<'a> {
    /// Time, actor, channel and fresh ids of this try.
    pub(crate) stamp: Stamp<'a>,
    plan: Plan,
    rejections: Vec<(Conflict, HubError)>,
}

impl<'a> Tx<'a> {
    pub(crate) fn new(stamp: Stamp<'a>) -> Self {
        Self { stamp, plan: Plan::default(), rejections: Vec::new() }
    }

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

/// Commits what the body plans: all of it, durably, or nothing. On a conflict the body runs again, so it has to read everything that its
/// plan rests on, and reject what a guard of the plan would refuse: a plan that is made again of what was read before conflicts for ever. The
/// job of the context ends in the same transaction, also when nothing changes. `return` leaves the body alone.
///
/// The result is an error of the body, or [`HubError::Busy`] when it kept conflicting or the job is another worker's by now. Tests fail on a
/// change that kept conflicting, unless they expect it.
///
/// A macro, since the futures of async closures are not known to be `Send` where the closure borrows.
macro_rules! commit {
    ($hub:expr, $ctx:expr, |$tx:ident| $body:block) => {
        $crate::commit::commit!($crate::HubError; $hub, $ctx, |$tx| $body)
    };
    ($error:ty; $hub:expr, $ctx:expr, |$tx:ident| $body:block) => {{
        let (hub, ctx): (&$crate::Hub, &$crate::Ctx) = ($hub, $ctx);
        let mut tries = $crate::commit_conflicts::Tries::new(hub, ctx, concat!(file!(), ":", line!()));
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
