//! A claim that was committed while the answer to it was lost: the process does not know which jobs it holds.

use std::future::ready;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tessera_store::{Call, Cause, Decision, Faults, JobState, StoreError};
use testkit::{BEN, CLI, Databases, Process, TestHub, until};

use super::in_state;

/// Loses the answer to one claim of jobs.
#[derive(Debug, Default)]
struct LostClaim(AtomicBool);

impl Faults for LostClaim {
    fn before(&self, _: Call) -> Decision<'_> {
        Box::pin(ready(Ok(())))
    }

    fn after(&self, call: Call) -> Decision<'_> {
        let is_lost = call.statement.starts_with("JOBS_CLAIM") && self.0.swap(false, Ordering::SeqCst);
        let lost = StoreError::CommitUnknown(Cause::new("the connection was closed"));
        Box::pin(ready(if is_lost { Err(lost) } else { Ok(()) }))
    }
}

fn sent(world: &TestHub) -> usize {
    world.mail.messages().iter().filter(|mail| mail.to == [BEN.email]).count()
}

#[testkit::both_databases]
async fn h04_jobs_go_on_at_once_after_the_answer_to_their_claim_was_lost(databases: Databases) {
    let faults = Arc::new(LostClaim::default());
    let world = TestHub::builder().store_faults(faults.clone()).start(&databases).await;
    world.hub.invite(BEN.requester, &CLI).await.unwrap();
    faults.0.store(true, Ordering::SeqCst);
    let process = Process::start(&world.hub, "one");
    until!("a claim whose answer is lost", !faults.0.load(Ordering::SeqCst));
    until!("the e-mail", sent(&world) == 1);
    until!("its end", in_state(&world, JobState::Running).await.is_empty());
    process.signal();
    process.ended().await;
    assert_eq!(sent(&world), 1);
}
