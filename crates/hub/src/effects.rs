//! Effects in outside systems, each once. What is intended is written down first, then that it is under way, then its outcome.
//!
//! A process may die, and an answer may get lost, while an effect is under way: then the outside system may have done it or not. Where
//! the outside system can be asked, [`once`] looks before it does the same again. Where it cannot (an e-mail that was sent), the effect
//! happens at most once ([`at_most_once`]): its job ends *in doubt*, and staff decide.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tessera_core::kernel::job::Leased;

use crate::ports::{Condition, ConnectError, Health};
use crate::{Hub, HubError};

/// The longest time that an outside system takes for a request, also if nobody waits for its answer any more.
pub(crate) const UNDER_WAY: Duration = Duration::from_mins(2);
/// How long it is remembered when an effect was sent. No effect is unclear for so long.
const REMEMBERED: Duration = Duration::from_hours(1);

/// The difference of two marks, as precise as they are stored.
const TICK: SignedDuration = SignedDuration::from_micros(1);

/// A change of the mark that says since when an effect is under way. Nobody else may have changed it meanwhile.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Mark {
    /// The mark as it was read.
    pub(crate) was: Option<Timestamp>,
    /// The mark from now on; none: the effect surely did not happen.
    pub(crate) at: Option<Timestamp>,
}

/// An effect in an outside system that can be asked whether it happened.
pub(crate) trait Effect {
    /// What the outside system answers.
    type Done;

    /// For how long after it was sent a look that finds nothing proves nothing.
    const UNCLEAR_FOR: Duration = UNDER_WAY;

    /// Its name in errors.
    fn object(&self) -> String;

    /// Since when it is under way; none: it was never sent, or surely did not happen.
    fn under_way_since(&self) -> Option<Timestamp>;

    /// State of the outside system.
    fn health(&self, hub: &Hub) -> Health {
        hub.desk.health()
    }

    /// Looks in the outside system whether it happened.
    async fn look(&self, hub: &Hub, since: Timestamp) -> Result<Option<Self::Done>, HubError>;

    /// Writes the mark durably.
    async fn mark(&self, hub: &Hub, mark: Mark) -> Result<(), HubError>;

    /// Has the outside system do it.
    async fn perform(&self, hub: &Hub) -> Result<Self::Done, ConnectError>;
}

/// When effects were sent, by the monotonic clock, because the wall clock may be set meanwhile. An effect of another process, or from
/// before a restart, counts from the first look at it.
#[derive(Debug, Default)]
pub(crate) struct SentEffects(Mutex<HashMap<Timestamp, Sent>>);

/// An effect that was sent.
#[derive(Debug, Clone, Copy)]
struct Sent {
    at: Duration,
    /// Whether a whole answer came, although of no use: the outside system does nothing any more.
    is_over: bool,
}

impl SentEffects {
    /// A mark for an effect that is about to be sent, which no other effect of this process has, also if the clock stands
    /// still: what is known of one effect must not count for another. `was` is the mark that it replaces.
    pub(crate) fn reserve(&self, was: Option<Timestamp>, now: Timestamp, elapsed: Duration) -> Timestamp {
        let mut sent = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut mark = was.map_or(now, |was| now.max(was + TICK));
        while sent.contains_key(&mark) {
            mark += TICK;
        }
        sent.insert(mark, Sent { at: elapsed, is_over: false });
        mark
    }

    /// An effect with this mark is about to be sent.
    pub(crate) fn sent(&self, mark: Timestamp, elapsed: Duration) {
        let mut sent = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        sent.retain(|_, sent| sent.at + REMEMBERED > elapsed);
        sent.insert(mark, Sent { at: elapsed, is_over: false });
    }

    /// The effect with this mark got a whole answer. From now on, a look proves what happened.
    pub(crate) fn answered(&self, mark: Timestamp) {
        let mut sent = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(sent) = sent.get_mut(&mark) {
            sent.is_over = true;
        }
    }

    /// For how much longer a look that finds nothing proves nothing, if it lasts for `limit` altogether.
    pub(crate) fn unclear_for(&self, mark: Timestamp, limit: Duration, elapsed: Duration) -> Option<Duration> {
        let mut sent = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let since = *sent.entry(mark).or_insert(Sent { at: elapsed, is_over: false });
        (since.at + limit).checked_sub(elapsed).filter(|left| !left.is_zero() && !since.is_over)
    }
}

/// Has an effect happen, unless it happened before.
///
/// # Errors
/// A temporary error while it is unclear whether it happened: the caller tries again later.
pub(crate) async fn once<E: Effect>(hub: &Hub, effect: &E) -> Result<E::Done, HubError> {
    let was = effect.under_way_since();
    if let Some(since) = was {
        if let Some(done) = effect.look(hub, since).await? {
            return Ok(done);
        }
        if let Some(wait) = hub.sent_effects().unclear_for(since, E::UNCLEAR_FOR, hub.env.elapsed()) {
            let clear_at = hub.env.now() + SignedDuration::try_from(wait).unwrap_or(SignedDuration::ZERO);
            return Err(later(hub, effect, "it may still be doing what was asked", clear_at));
        }
    }
    if let Condition::Open { until } = effect.health(hub).condition {
        // Nothing would leave the hub: without a mark it can still be cancelled, and nobody has to look.
        return Err(later(hub, effect, "it is left alone after repeated failures", until));
    }
    let now = hub.sent_effects().reserve(was, hub.env.now(), hub.env.elapsed());
    effect.mark(hub, Mark { was, at: Some(now) }).await?;
    hub.sent_effects().sent(now, hub.env.elapsed());
    let outcome = effect.perform(hub).await;
    if outcome.as_ref().is_err_and(|error| !error.may_have_happened()) {
        effect.mark(hub, Mark { was: Some(now), at: None }).await?;
    }
    Ok(outcome?)
}

fn later<E: Effect>(hub: &Hub, effect: &E, reason: &str, retry_at: Timestamp) -> HubError {
    let (system, object) = (effect.health(hub).system, effect.object());
    HubError::Connect(ConnectError::Unavailable { system, object, reason: reason.to_owned(), retry_at })
}

/// Performs the effect of a job at most once, where nobody can look whether it happened. The job is marked before. It loses the mark only
/// if the effect surely did not happen; with the mark, the job is never run again by itself, whatever becomes of this process.
///
/// # Errors
/// The mark could not be written: then nothing was performed, or it surely did not happen.
pub(crate) async fn at_most_once<E>(
    hub: &Hub,
    job: &Leased,
    may_have_happened: impl Fn(&E) -> bool,
    perform: impl Future<Output = Result<(), E>>,
) -> Result<Result<(), E>, HubError> {
    hub.technical().mark_job_under_way(job, hub.env.now()).await?;
    let outcome = perform.await;
    if outcome.as_ref().is_err_and(|error| !may_have_happened(error)) {
        hub.technical().unmark_job(job).await?;
    }
    Ok(outcome)
}
