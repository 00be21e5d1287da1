//! Plans and their times.

use std::borrow::Cow;

use jiff::{SignedDuration, Timestamp};
use tessera_core::kernel::actor::{Actor, Channel};
use tessera_core::kernel::answer::AnswerChange;
use tessera_core::kernel::job::Job;
use tessera_core::kernel::job::change::JobChange;
use tessera_core::kernel::plan::{Change, Plan, Stamp};
use tessera_core::staff::{ApiKey, NewApiKey, Permissions, StaffChange};
use tessera_store::{ApplyError, Conflict, Store};
use uuid::Uuid;

/// A time, in seconds from the start of the test.
pub fn at(seconds: i64) -> Timestamp {
    Timestamp::constant(1_790_000_000, 0) + SignedDuration::from_secs(seconds)
}

/// The stamp of a plan made by a member of staff in the console.
pub fn stamp(seconds: i64) -> Stamp<'static> {
    static MINT: fn() -> Uuid = Uuid::now_v7;
    Stamp {
        now: at(seconds),
        reading: at(seconds),
        actor: const { &Actor::Staff(Cow::Borrowed("jo")) },
        channel: Channel::Console,
        mint: &MINT,
    }
}

/// A plan with these changes.
pub fn plan(changes: impl IntoIterator<Item: Into<Change>>) -> Plan {
    let mut plan = Plan::default();
    changes.into_iter().for_each(|change| plan.push(change, "the test wants it"));
    plan
}

/// The conflict in the result of an apply.
pub fn conflict(outcome: Result<(), ApplyError>) -> Conflict {
    match outcome {
        Err(ApplyError::Conflict(conflict)) => conflict,
        other => panic!("expected a conflict, got {other:?}"),
    }
}

/// Enqueues a job.
pub async fn enqueue(store: &Store, job: &Job) -> Result<(), ApplyError> {
    store.apply(&plan([JobChange::Enqueue(job.clone())])).await
}

/// Stores the answer of an idempotent request.
pub async fn keep_answer(store: &Store, key: &str, hash: u8, answer: &str, seconds: i64) -> Result<(), ApplyError> {
    let (key, request_hash, answer) = (key.to_owned(), [hash; 32], answer.to_owned());
    store.apply(&plan([AnswerChange::Keep { key, request_hash, status: 201, answer, at: at(seconds) }])).await
}

/// Creates an API key.
pub async fn put_api_key(store: &Store, name: &str, hash: u8, seconds: i64) -> Result<(), ApplyError> {
    let key = ApiKey {
        id: Uuid::now_v7().into(),
        name: name.to_owned(),
        scopes: Permissions::all(),
        created_at: at(seconds),
        expires_at: None,
        replaced_at: None,
        last_used_at: None,
    };
    store.apply(&plan([StaffChange::PutApiKey(NewApiKey { key, hash: [hash; 32], older_until: None })])).await
}
