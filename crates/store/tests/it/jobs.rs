//! Jobs: one effect each, whichever process works on them.

use std::collections::HashSet;

use jiff::Timestamp;
use tessera_core::activation::jobs::{MailActivated, RunActivation};
use tessera_core::invitations::jobs::Invite;
use tessera_core::kernel::actor::Actor;
use tessera_core::kernel::ids::{CustomerId, ServiceManagerId, WorkerId};
use tessera_core::kernel::job::change::JobChange;
use tessera_core::kernel::job::{Job, Lane, Leased, Load, Places, Task, Upstream};
use tessera_core::kernel::retention::Retention;
use tessera_core::marketplace_platform::jobs::RunAccountOperation;
use tessera_core::sync::jobs::{Refresh, Sweep, SweepOf};
use tessera_store::technical::Predecessors;
use tessera_store::{Conflict, JobState, PausedSystem, Store, Worker};
use testkit::store::{at, claim, conflict, enqueue, plan, worker};
use testkit::{Database, while_uncommitted};
use uuid::Uuid;

fn job(task: impl Into<Task>, run: i64) -> Job {
    Job { id: Uuid::now_v7().into(), task: task.into(), run_at: at(run), created_at: at(0) }
}

fn invite(requester_id: &str) -> Invite {
    Invite { requester_id: requester_id.into(), asked_by: Actor::system("freshservice"), missing_since: None }
}

/// What a worker claims that has just started.
async fn claimed(store: &Store, now: i64, limit: usize) -> Vec<Leased> {
    claim(store, worker(store, at(now)).await, at(now), limit).await
}

/// When the first of the waiting jobs is due.
async fn next_due(store: &Store) -> Option<Timestamp> {
    store.jobs(JobState::Waiting, 1000).await.unwrap().into_iter().map(|job| job.run_at).min()
}

async fn one_claimed(store: &Store, now: i64) -> Leased {
    let mut jobs = claimed(store, now, 10).await;
    assert_eq!(jobs.len(), 1);
    jobs.remove(0)
}

async fn counts(store: &Store) -> [usize; 3] {
    let mut counts = [0; 3];
    for (count, state) in counts.iter_mut().zip([JobState::Waiting, JobState::Running, JobState::Failed]) {
        *count = store.jobs(state, 1000).await.unwrap().len();
    }
    counts
}

#[testkit::both_databases]
async fn h04_equal_tasks_that_wait_are_one(Database { store, .. }: Database) {
    let first = job(invite("777"), 5);
    enqueue(&store, &first).await.unwrap();
    enqueue(&store, &job(invite("777"), 1)).await.unwrap();
    store
        .apply(&plan([JobChange::Enqueue(job(invite("777"), 1)), JobChange::Enqueue(job(invite("778"), 9))]))
        .await
        .unwrap();

    assert_eq!(counts(&store).await, [2, 0, 0]);
    assert_eq!(next_due(&store).await, Some(at(1)), "the earlier of both");
    enqueue(&store, &job(invite("777"), 7)).await.unwrap();
    assert_eq!(claimed(&store, 0, 10).await, [], "nothing is due yet");
    let leased = one_claimed(&store, 1).await;
    assert_eq!(leased, Leased { id: first.id, task: first.task, attempt: 1, failures: 0 });
    assert_eq!(next_due(&store).await, Some(at(9)));
}

#[testkit::both_databases]
async fn h04_a_running_task_does_not_block_the_next(Database { store, .. }: Database) {
    enqueue(&store, &job(invite("777"), 0)).await.unwrap();
    let running = one_claimed(&store, 1).await;
    enqueue(&store, &job(invite("777"), 1)).await.unwrap();
    assert_eq!(counts(&store).await, [1, 1, 0]);
    assert_ne!(one_claimed(&store, 2).await.id, running.id);
    assert_eq!(next_due(&store).await, None);
}

#[testkit::both_databases]
async fn h04_a_job_has_one_worker(Database { store, .. }: Database) {
    let jobs = (0..100).map(|n| JobChange::Enqueue(job(invite(&n.to_string()), 0)));
    store.apply(&plan(jobs)).await.unwrap();
    let workers = (0..16).map(|_| {
        let store = store.clone();
        tokio::spawn(async move {
            let mut mine = Vec::new();
            loop {
                let batch = claimed(&store, 1, 3).await;
                if batch.is_empty() && store.jobs(JobState::Waiting, 1).await.unwrap().is_empty() {
                    return mine;
                }
                assert!(batch.len() <= 3);
                mine.extend(batch);
            }
        })
    });
    let taken = futures_util::future::join_all(workers.collect::<Vec<_>>()).await;
    let taken: Vec<_> = taken.into_iter().flat_map(Result::unwrap).collect();
    assert_eq!(taken.len(), 100);
    assert_eq!(taken.iter().map(|job| job.id).collect::<HashSet<_>>().len(), 100);
    assert!(taken.iter().all(|job| job.attempt == 1));
}

#[testkit::both_databases]
async fn h04_claiming_jobs_respects_limit_and_priority(Database { store, .. }: Database) {
    enqueue(&store, &job(Sweep { what: SweepOf::Assets, run: None }, 0)).await.unwrap();
    enqueue(&store, &job(Refresh { customer_id: CustomerId(Uuid::now_v7()) }, 1)).await.unwrap();
    enqueue(&store, &job(invite("777"), 0)).await.unwrap();
    enqueue(&store, &job(RunActivation { activation_id: Uuid::now_v7().into(), missing_since: None }, 2))
        .await
        .unwrap();
    let kinds = |jobs: &[Leased]| jobs.iter().map(|job| job.task.kind()).collect::<Vec<_>>();
    assert_eq!(kinds(&claimed(&store, 3, 2).await), ["run_activation", "invite"]);
    assert_eq!(kinds(&claimed(&store, 3, 2).await), ["refresh", "sweep"]);
}

#[testkit::both_databases]
async fn h04_a_retry_gives_way_to_an_equal_task(Database { store, .. }: Database) {
    enqueue(&store, &job(invite("777"), 0)).await.unwrap();
    let tried = one_claimed(&store, 1).await;
    store.technical().retry_job(&tried, at(2), at(30), "busy").await.unwrap();
    let waiting = store.jobs(JobState::Waiting, 9).await.unwrap().remove(0);
    assert_eq!((waiting.id, waiting.run_at, waiting.error.as_deref()), (tried.id, at(30), Some("busy")));

    let tried = one_claimed(&store, 30).await;
    assert_eq!(tried.attempt, 2);
    enqueue(&store, &job(invite("777"), 31)).await.unwrap();
    store.technical().retry_job(&tried, at(31), at(90), "busy").await.unwrap();
    assert_eq!(counts(&store).await, [1, 0, 0], "the newer one does it");
    assert_ne!(store.jobs(JobState::Waiting, 9).await.unwrap()[0].id, tried.id);

    // What gave way is done, and forgotten like everything that is: its id is free.
    store.technical().forget_expired(at(30 * 24 * 3600), &Retention::default()).await.unwrap();
    enqueue(&store, &Job { id: tried.id, ..job(invite("778"), 0) }).await.unwrap();
}

#[testkit::both_databases]
async fn h04_a_dead_workers_jobs_are_claimed_again(Database { store, .. }: Database) {
    enqueue(&store, &job(invite("777"), 0)).await.unwrap();
    let dead = worker(&store, at(0)).await;
    let lost = claim(&store, dead, at(1), 1).await;
    enqueue(&store, &job(invite("778"), 0)).await.unwrap();
    let kept = one_claimed(&store, 1).await;
    store.technical().beat(dead).await.unwrap();
    store.technical().bury_workers(&[(dead, 0)], at(61)).await.unwrap();
    assert_eq!(counts(&store).await, [0, 2, 0], "it has shown that it lives");

    store.technical().bury_workers(&[(dead, 1)], at(62)).await.unwrap();
    let again = one_claimed(&store, 62).await;
    assert_eq!((again.id, again.attempt), (lost[0].id, 2));
    assert_eq!(counts(&store).await, [0, 2, 0], "what a living worker has stays with it: {kept:?}");
    assert_eq!(conflict(store.technical().beat(dead).await), Conflict::Job, "it is told that it was taken for dead");
    enqueue(&store, &job(invite("779"), 0)).await.unwrap();
    assert_eq!(claim(&store, dead, at(63), 9).await, [], "and gets no more jobs");
}

#[testkit::both_databases]
async fn h04_of_equal_jobs_of_dead_workers_one_is_left(Database { store, .. }: Database) {
    let mut dead = Vec::new();
    for second in 1..3 {
        enqueue(&store, &job(invite("777"), 0)).await.unwrap();
        let id = worker(&store, at(second)).await;
        assert_eq!(claim(&store, id, at(second), 9).await.len(), 1);
        dead.push((id, 0));
    }
    store.technical().bury_workers(&dead, at(400)).await.unwrap();
    store.technical().bury_workers(&[], at(400)).await.unwrap();
    assert_eq!(counts(&store).await, [1, 0, 0]);
    enqueue(&store, &job(invite("777"), 63)).await.unwrap();
    assert_eq!(counts(&store).await, [1, 0, 0]);
}

#[testkit::both_databases]
async fn h04_a_restarted_process_takes_over_from_its_predecessor(Database { store, .. }: Database) {
    for (predecessors, takes) in
        [(Predecessors::None, false), (Predecessors::SameName, true), (Predecessors::All, true)]
    {
        enqueue(&store, &job(invite("777"), 0)).await.unwrap();
        let lost = one_claimed(&store, 1).await;
        let after = |name: &str| Worker {
            id: WorkerId(Uuid::now_v7()),
            name: name.to_owned(),
            process: "pid 2".to_owned(),
            beat: 0,
            started_at: at(2),
        };
        if predecessors == Predecessors::SameName {
            store.technical().add_worker(&after("another"), predecessors, at(2)).await.unwrap();
            assert_eq!(counts(&store).await, [0, 1, 0], "it is not this one's");
        }
        store.technical().add_worker(&after("a test"), predecessors, at(2)).await.unwrap();
        assert_eq!(counts(&store).await, if takes { [1, 0, 0] } else { [0, 1, 0] }, "{predecessors:?}");
        let held = if takes { one_claimed(&store, 3).await } else { lost };
        store.technical().finish_job(&held, at(3)).await.unwrap();
    }
}

#[testkit::both_databases]
async fn h04_a_worker_that_stops_gives_back_what_it_has(Database { store, .. }: Database) {
    enqueue(&store, &job(invite("777"), 0)).await.unwrap();
    let stops = worker(&store, at(0)).await;
    let given = claim(&store, stops, at(1), 9).await;
    store.technical().retire_worker(stops, at(2)).await.unwrap();
    let again = one_claimed(&store, 2).await;
    assert_eq!((again.id, again.failures), (given[0].id, 0), "at once, and it is no failure");
}

#[testkit::both_databases]
async fn h06_a_job_that_had_to_wait_has_not_failed(Database { store, .. }: Database) {
    enqueue(&store, &job(invite("777"), 0)).await.unwrap();
    let first = one_claimed(&store, 1).await;
    store.technical().retry_job(&first, at(1), at(3), "broken").await.unwrap();
    let second = one_claimed(&store, 3).await;
    assert_eq!((second.attempt, second.failures), (2, 1));
    store.technical().defer_job(&second, at(3), at(60), Some("no calls left")).await.unwrap();
    assert_eq!(claimed(&store, 59, 9).await, []);
    let third = one_claimed(&store, 60).await;
    assert_eq!((third.attempt, third.failures), (3, 1));
}

#[testkit::both_databases]
async fn h04_a_clock_set_back_delays_no_retry_beyond_its_wait(Database { store, .. }: Database) {
    enqueue(&store, &job(invite("777"), 5000)).await.unwrap();
    let tried = one_claimed(&store, 5000).await;
    store.technical().retry_job(&tried, at(5000), at(5030), "busy").await.unwrap();
    // 40 minutes earlier than it was. Clocks of two processes that differ a little are no reason to do anything.
    for (now, due) in [(4950, 5030), (2600, 2630)] {
        store.technical().correct_waiting_jobs(at(now)).await.unwrap();
        assert_eq!(next_due(&store).await, Some(at(due)));
    }
    assert_eq!(one_claimed(&store, 2630).await.id, tried.id);
}

#[testkit::both_databases]
async fn h06_jobs_of_a_paused_system_wait(Database { store, .. }: Database) {
    let (system, by) = (Upstream::ServiceDesk, "staff:jo".to_owned());
    enqueue(&store, &job(invite("777"), 0)).await.unwrap();
    enqueue(&store, &job(Refresh { customer_id: CustomerId(Uuid::now_v7()) }, 0)).await.unwrap();
    enqueue(&store, &job(MailActivated { activation_id: Uuid::now_v7().into() }, 0)).await.unwrap();
    let pause = plan([JobChange::Pause { system, at: at(1), by: by.clone() }]);
    store.apply(&pause).await.unwrap();
    assert_eq!(conflict(store.apply(&pause).await), Conflict::Exists);
    assert_eq!(store.paused_systems().await.unwrap(), [PausedSystem { system, since: at(1), by }]);
    assert_eq!(one_claimed(&store, 2).await.task.kind(), "mail_activated");
    store.apply(&plan([JobChange::Resume { system }])).await.unwrap();
    assert_eq!(conflict(store.apply(&plan([JobChange::Resume { system }])).await), Conflict::Exists);
    assert_eq!(claimed(&store, 2, 9).await.len(), 2);
}

#[testkit::both_databases]
async fn h04_a_worker_claims_no_more_than_there_is_room_for(Database { store, .. }: Database) {
    let hooks = (0..40).map(|n| JobChange::Enqueue(job(invite(&n.to_string()), n)));
    store.apply(&plan(hooks)).await.unwrap();
    enqueue(&store, &job(RunActivation { activation_id: Uuid::now_v7().into(), missing_since: None }, 50))
        .await
        .unwrap();
    let (places, mut load) = (Places::default(), Load::default());
    let id = worker(&store, at(60)).await;
    let mut kinds = Vec::new();
    loop {
        let due = store.due_jobs(at(60), &places.room(&load)).await.unwrap();
        let leased = store.technical().claim_jobs(id, &places.choose(&load, &due)).await.unwrap();
        if leased.is_empty() {
            break;
        }
        for job in &leased {
            load.add(job.task.lane(), job.task.pool(), job.task.share());
        }
        kinds.extend(leased.iter().map(|job| job.task.kind()));
    }
    assert_eq!(kinds[0], "run_activation", "who waits goes first");
    assert_eq!(kinds.len(), 7, "one system does not take all places");
}

#[testkit::both_databases]
async fn h04_what_was_given_up_can_be_tried_again(Database { store, .. }: Database) {
    enqueue(&store, &job(invite("777"), 0)).await.unwrap();
    let tried = one_claimed(&store, 1).await;
    store.technical().fail_job(&tried, "no such requester", at(2)).await.unwrap();
    let failed = store.jobs(JobState::Failed, 9).await.unwrap().remove(0);
    assert_eq!((failed.id, failed.error.as_deref()), (tried.id, Some("no such requester")));
    assert_eq!(claimed(&store, 100, 9).await, []);

    store.apply(&plan([JobChange::Revive { id: tried.id, at: at(200) }])).await.unwrap();
    assert_eq!(conflict(store.apply(&plan([JobChange::Revive { id: tried.id, at: at(200) }])).await), Conflict::Job);
    assert_eq!(one_claimed(&store, 200).await.attempt, 2);
}

#[testkit::both_databases]
async fn h04_what_was_given_up_is_either_dismissed_or_tried_again(Database { store, .. }: Database) {
    for first_dismissed in [true, false] {
        enqueue(&store, &job(invite("777"), 0)).await.unwrap();
        let id = one_claimed(&store, 1).await.id;
        let (dismiss, revive) = (JobChange::Dismiss { id, at: at(9) }, JobChange::Revive { id, at: at(9) });
        let waits = conflict(store.apply(&plan([dismiss.clone()])).await);
        assert_eq!(waits, Conflict::Job, "it was not given up");
        store
            .technical()
            .fail_job(&Leased { id, task: invite("777").into(), attempt: 1, failures: 0 }, "no", at(2))
            .await
            .unwrap();
        let (first, second) = if first_dismissed { (dismiss, revive) } else { (revive, dismiss) };
        store.apply(&plan([first])).await.unwrap();
        assert_eq!(conflict(store.apply(&plan([second])).await), Conflict::Job, "both were planned on one state");
        assert_eq!(store.jobs(JobState::Failed, 9).await.unwrap(), []);
        assert_eq!(claimed(&store, 10, 9).await.len(), usize::from(!first_dismissed));
    }
}

#[testkit::both_databases]
async fn h04_a_job_whose_effect_is_under_way_never_runs_again_by_itself(Database { store, .. }: Database) {
    for ending in ["retried", "given up", "reclaimed", "reclaimed beside an equal one"] {
        enqueue(&store, &job(invite("777"), 0)).await.unwrap();
        let dies = worker(&store, at(1)).await;
        let marked = claim(&store, dies, at(1), 9).await.remove(0);
        store.technical().mark_job_under_way(&marked, at(2)).await.unwrap();
        let again = store.technical().mark_job_under_way(&marked, at(3)).await;
        assert_eq!(conflict(again), Conflict::Job, "only one effect is under way");
        match ending {
            "retried" => store.technical().retry_job(&marked, at(3), at(30), "it took too long").await.unwrap(),
            "given up" => store.technical().fail_job(&marked, "no answer", at(4)).await.unwrap(),
            _ => {}
        }
        if ending == "reclaimed beside an equal one" {
            enqueue(&store, &job(invite("777"), 3)).await.unwrap();
        }
        store.technical().retire_worker(dies, at(200)).await.unwrap();
        let in_doubt = store.jobs(JobState::InDoubt, 9).await.unwrap();
        assert_eq!(in_doubt.iter().map(|job| job.id).collect::<Vec<_>>(), [marked.id], "{ending}");
        assert_eq!(store.jobs(JobState::Failed, 9).await.unwrap(), [], "{ending}");
        assert_eq!(store.job_counts(at(1)).await.unwrap().in_doubt, 1);
        let equal = claimed(&store, 300, 9).await;
        assert!(equal.iter().all(|job| job.id != marked.id), "{ending}");
        for job in &equal {
            store.technical().finish_job(job, at(300)).await.unwrap();
        }

        store.apply(&plan([JobChange::Revive { id: marked.id, at: at(400) }])).await.unwrap();
        let sent_again = one_claimed(&store, 400).await;
        store.technical().mark_job_under_way(&sent_again, at(401)).await.unwrap();
        store.technical().unmark_job(&sent_again).await.unwrap();
        store.technical().retry_job(&sent_again, at(401), at(402), "refused").await.unwrap();
        let retried = one_claimed(&store, 402).await;
        store.technical().finish_job(&retried, at(403)).await.unwrap();
    }
}

#[testkit::both_databases]
async fn h04_only_the_holder_of_the_attempt_ends_a_job(Database { store, .. }: Database) {
    enqueue(&store, &job(invite("777"), 0)).await.unwrap();
    let dead = worker(&store, at(1)).await;
    let slow = claim(&store, dead, at(1), 9).await.remove(0);
    store.technical().bury_workers(&[(dead, 0)], at(100)).await.unwrap();
    let quick = one_claimed(&store, 100).await;
    assert_eq!((quick.id, quick.attempt), (slow.id, 2));

    let finish = plan([
        JobChange::Enqueue(job(invite("other"), 0)),
        JobChange::Finish { id: slow.id, attempt: slow.attempt, at: at(101) },
    ]);
    assert_eq!(conflict(store.apply(&finish).await), Conflict::Job);
    assert_eq!(conflict(store.technical().finish_job(&slow, at(101)).await), Conflict::Job);
    assert_eq!(conflict(store.technical().fail_job(&slow, "late", at(101)).await), Conflict::Job);
    assert_eq!(conflict(store.technical().retry_job(&slow, at(101), at(101), "late").await), Conflict::Job);
    assert_eq!(conflict(store.technical().defer_job(&slow, at(101), at(101), None).await), Conflict::Job);
    assert_eq!(counts(&store).await, [0, 1, 0], "nothing of the late worker's plan happened");

    store.technical().finish_job(&quick, at(102)).await.unwrap();
    assert_eq!(conflict(store.technical().finish_job(&quick, at(102)).await), Conflict::Job);
    assert_eq!(counts(&store).await, [0, 0, 0]);
}

#[testkit::both_databases]
async fn h04_work_rings_when_a_plan_enqueues(Database { store, .. }: Database) {
    let listener = tokio::spawn({
        let store = store.clone();
        async move { store.work_arrived().await }
    });
    store.apply(&plan([JobChange::Enqueue(job(invite("777"), 0))])).await.unwrap();
    listener.await.unwrap();
}

/// Does something while another process adds an equal job of every one that runs. Until that is committed, only the index knows of it.
async fn while_equal_jobs_arrive(database: &Database, what: impl Future<Output = ()> + Send + 'static) {
    let equal = "INSERT INTO jobs (id, key, task, lane, pool, state, run_at, attempt, created_at, waiting_since)
                 SELECT gen_random_uuid(), key, task, lane, pool, 'waiting', run_at, 0, created_at, created_at
                 FROM jobs WHERE state = 'running'";
    while_uncommitted(&database.url, equal, what).await;
}

#[testkit::only_postgres]
async fn h04_a_worker_that_is_being_removed_claims_nothing(database: Database) {
    let store = database.store.clone();
    enqueue(&store, &job(invite("777"), 0)).await.unwrap();
    let dying = worker(&store, at(1)).await;
    let claiming = store.clone();
    while_uncommitted(&database.url, "DELETE FROM workers", async move {
        let claimed = claim(&claiming, dying, at(1), 1).await;
        assert!(claimed.is_empty(), "{claimed:?}");
    })
    .await;
    assert_eq!(one_claimed(&store, 2).await.task, invite("777").into());
}

#[testkit::only_postgres]
async fn h04_a_job_waits_again_while_an_equal_one_arrives(database: Database) {
    let store = database.store.clone();
    enqueue(&store, &job(invite("777"), 0)).await.unwrap();
    let first = one_claimed(&store, 1).await;
    let retrying = store.clone();
    while_equal_jobs_arrive(&database, async move {
        retrying.technical().retry_job(&first, at(2), at(60), "no answer").await.unwrap();
    })
    .await;
    assert_eq!(counts(&store).await, [1, 0, 0], "the equal one does it");
}

#[testkit::only_postgres]
async fn h04_a_workers_jobs_are_taken_back_while_equal_ones_arrive(database: Database) {
    let store = database.store.clone();
    enqueue(&store, &job(invite("777"), 0)).await.unwrap();
    let stopped = worker(&store, at(0)).await;
    assert_eq!(claim(&store, stopped, at(1), 10).await.len(), 1);
    let retiring = store.clone();
    while_equal_jobs_arrive(&database, async move {
        retiring.technical().retire_worker(stopped, at(2)).await.unwrap();
    })
    .await;
    assert_eq!(counts(&store).await, [1, 0, 0], "the equal one does it");
}

#[testkit::both_databases]
async fn m20_a_long_queue_of_one_vendor_hides_no_other(Database { store, .. }: Database) {
    let (long, short) = (Uuid::from_u128(1), Uuid::from_u128(2));
    let call = |vendor: Uuid, bulk| RunAccountOperation {
        operation_id: Uuid::now_v7().into(),
        service_manager_id: Some(ServiceManagerId(vendor)),
        bulk,
        since: None,
    };
    let queue = (0..40).map(|n| JobChange::Enqueue(job(call(long, n % 2 == 0), n)));
    store.apply(&plan(queue)).await.unwrap();
    enqueue(&store, &job(call(short, true), 50)).await.unwrap();
    enqueue(&store, &job(call(short, false), 70)).await.unwrap();
    let (places, load) = (Places::default(), Load::default());
    let due = store.due_jobs(at(60), &places.room(&load)).await.unwrap();
    assert!(due.len() < 20, "the queue is not read to its end");
    let chosen = places.choose(&load, &due);
    let of = |vendor| chosen.iter().filter(|due| due.share == Some(vendor)).map(|due| due.lane).collect::<Vec<_>>();
    assert_eq!((of(long), of(short)), (vec![Lane::Interactive; 5], vec![Lane::Bulk]));

    let claimed = claim(&store, worker(&store, at(60)).await, at(60), 100).await;
    assert_eq!(claimed.len(), 25, "as many as one claim takes");
    assert_eq!(claimed.iter().filter(|job| job.task.lane() == Lane::Interactive).count(), 20);
    let again = claim(&store, worker(&store, at(60)).await, at(60), 100).await;
    assert_eq!(again.len(), 16);
    assert!(again.iter().any(|job| job.task.share() == Some(short)));
}
