//! After the faults: all systems are well, staff have what was given up tried again, everything is read once, and the hub comes to rest.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tessera_core::kernel::actor::{Actor, Channel};
use tessera_core::kernel::clock::Clock as _;
use tessera_core::marketplace_platform::OperationState;
use tessera_hub::jobs::JobGroup;
use tessera_hub::{Ctx, Hub};
use tessera_store::{JobState, Store};

use crate::host::Process;
use crate::scene::Scene;

/// What waits for longer than this is planned for later.
const LATER: SignedDuration = SignedDuration::from_mins(20);
/// How long it may take in virtual time until the hub is quiet.
const LONGEST: Duration = Duration::from_hours(1);
const LIMIT: usize = 10_000;

/// Brings the hub to rest; the virtual time that it took.
pub async fn come_to_rest(process: &Process, scene: &Scene) -> Duration {
    let began = scene.clocks.elapsed();
    let mut rests = rest(process, scene).await;
    for _ in 0..3 {
        if !rests || !(retry_failed(process).await | retry_operations(process).await) {
            break;
        }
        rests = rest(process, scene).await;
    }
    if rests {
        read_everything(&process.hub).await;
        rest(process, scene).await;
    }
    scene.clocks.elapsed().saturating_sub(began)
}

/// Waits until nothing runs or is to run soon; false: that does not come to be.
async fn rest(process: &Process, scene: &Scene) -> bool {
    let began = scene.clocks.elapsed();
    tokio::time::sleep(Duration::from_secs(1)).await;
    while let Some(next) = busy_until(&process.store, scene.clocks.now()).await {
        let wait = Duration::try_from(next).unwrap_or_default();
        tokio::time::sleep(wait.clamp(Duration::from_millis(200), Duration::from_secs(15))).await;
        if scene.clocks.elapsed() > began + LONGEST {
            let waiting = process.store.jobs(JobState::Waiting, 5).await.unwrap_or_default();
            let kinds: Vec<_> = waiting.iter().map(|job| (job.task.kind(), job.attempt, &job.error)).collect();
            scene.broken(format!("the hub does not come to rest: {kinds:?}"));
            return false;
        }
    }
    true
}

/// How long until the next job; none: nothing runs, or is to run soon.
async fn busy_until(store: &Store, now: Timestamp) -> Option<SignedDuration> {
    // Of one moment: a job that begins to run between two reads would be in neither.
    let Ok(moment) = store.snapshot().await else { return Some(SignedDuration::ZERO) };
    let running = moment.jobs(JobState::Running, 1).await.unwrap_or_default();
    if !running.is_empty() {
        return Some(SignedDuration::ZERO);
    }
    let waiting = moment.jobs(JobState::Waiting, LIMIT).await.unwrap_or_default();
    let next = waiting.iter().map(|job| job.run_at).min()?;
    let wait = next.duration_since(now);
    (wait < LATER).then_some(wait)
}

/// Staff have everything tried again that was given up. False: there was nothing.
async fn retry_failed(process: &Process) -> bool {
    let failed = process.store.jobs(JobState::Failed, LIMIT).await.unwrap_or_default();
    let kinds: BTreeSet<String> = failed.iter().map(|job| job.task.kind().to_owned()).collect();
    let ctx = Ctx::new(Actor::Staff("jo".into()), Channel::Console);
    for kind in &kinds {
        let _ = process.hub.retry_jobs(&JobGroup::Kind(kind.clone()), &ctx).await;
    }
    !kinds.is_empty()
}

/// Staff have the last operations of accounts tried again that failed, bring accounts to their vendors of which it is not known
/// what became of a call, and execute orders that wait for them. False: there was nothing.
async fn retry_operations(process: &Process) -> bool {
    let ctx = Ctx::new(Actor::Staff("jo".into()), Channel::Console);
    let accounts = process.store.marketplace_accounts(None, None, LIMIT).await.unwrap_or_default();
    let mut is_any = false;
    for account in accounts {
        let mut seen = BTreeSet::new();
        for operation in process.store.account_operations(account.id, 50).await.unwrap_or_default() {
            let is_last = seen.insert(operation.service_manager.map(|vendor| vendor.to_string()));
            if is_last && operation.state == OperationState::Failed {
                is_any |= process.hub.retry_account_operation(operation.id, &ctx).await.is_ok();
            }
        }
        // A call for a reseller that was not answered, and an operation that was cancelled: the next one looks.
        for link in process.store.vendor_links(account.id).await.unwrap_or_default() {
            if link.sent_at.is_some() {
                let (vendor, options) = (link.service_manager, BTreeMap::new());
                is_any |= process.hub.synchronize_account(account.id, vendor, &options, &ctx).await.is_ok();
            }
        }
    }
    for order in process.store.orders(None, LIMIT).await.unwrap_or_default() {
        if order.waits_for_staff() {
            is_any |= process.hub.execute_order(order.id, &ctx).await.is_ok();
        }
    }
    is_any
}

async fn read_everything(hub: &Hub) {
    let _ = hub.request_sweeps().await;
    let _ = hub.request_ticket_reading().await;
    let _ = hub.request_invoice_reading(&Ctx::new(Actor::Hub, Channel::Job)).await;
}
