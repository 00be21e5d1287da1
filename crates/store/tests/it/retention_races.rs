//! Rows whose retention period is over, and which are used again at that moment (`H04`).

use tessera_core::invitations::jobs::Invite;
use tessera_core::kernel::actor::Actor;
use tessera_core::kernel::job::Job;
use tessera_core::kernel::job::change::JobChange;
use tessera_core::kernel::plan::Plan;
use tessera_core::kernel::record::change::RecordChange;
use tessera_core::kernel::retention::Retention;
use tessera_core::persons::change::RegistrationChange;
use tessera_core::persons::registration::{Registration, RegistrationState};
use tessera_core::sync::hold::{Decided, HoldChange};
use tessera_core::sync::sweep::Decision;
use tessera_store::JobState;
use testkit::store::{DESK, at, bundle, claim, enqueue, plan, seeing, worker};
use testkit::{Database, while_held_up};
use uuid::Uuid;

use crate::retention::{DAY, dry_run};

/// Deletes what is over in three years, while a plan is not committed yet.
async fn forget_while(database: &Database, theirs: Plan) {
    let store = database.store.clone();
    let ours = async move { store.technical().forget_expired(at(3 * 365 * DAY), &Retention::default()).await };
    while_held_up(database, theirs, ours).await.unwrap();
}

#[testkit::only_postgres]
async fn h04_a_job_that_is_just_retried_is_not_deleted(database: Database) {
    let store = &database.store;
    let task = Invite { requester_id: "777".to_owned(), asked_by: Actor::Hub, missing_since: None };
    let id = Uuid::now_v7().into();
    enqueue(store, &Job { id, task: task.into(), run_at: at(0), created_at: at(0) }).await.unwrap();
    let worker = worker(store, at(0)).await;
    let leased = claim(store, worker, at(0), 1).await.remove(0);
    store.technical().fail_job(&leased, "down", at(1)).await.unwrap();
    forget_while(&database, plan([JobChange::Revive { id, at: at(2) }])).await;
    assert_eq!(store.job(id).await.unwrap().map(|job| job.state), Some(JobState::Waiting));
}

#[testkit::only_postgres]
async fn p12_a_registration_that_is_just_confirmed_is_not_deleted(database: Database) {
    let registration = Registration {
        id: Uuid::now_v7().into(),
        name: "Jane".to_owned(),
        email: "jane@example.com".to_owned(),
        message: None,
        for_shop: false,
        token_hash: [7; 32],
        created_at: at(0),
        expires_at: at(3600),
        state: RegistrationState::Unconfirmed,
        person: None,
        decided_by: None,
        decided_at: None,
        reason: None,
    };
    database.store.apply(&plan([RegistrationChange::Create(Box::new(registration.clone()))])).await.unwrap();
    let confirmed = Registration { state: RegistrationState::Waiting, ..registration.clone() };
    let from = RegistrationState::Unconfirmed;
    forget_while(&database, plan([RegistrationChange::Update { registration: Box::new(confirmed), from }])).await;
    assert_eq!(database.store.registrations_waiting(10).await.unwrap().len(), 1);
}

#[testkit::only_postgres]
async fn h04_the_raw_body_of_a_record_that_just_reappears_is_kept(database: Database) {
    let store = &database.store;
    let gone = bundle("1", None, 10);
    store.apply(&seeing(&gone)).await.unwrap();
    store.apply(&plan([RecordChange::Bury { key: gone.key.clone(), at: at(20) }])).await.unwrap();
    let again = bundle("1", None, 30);
    forget_while(&database, plan([RecordChange::Put(Box::new(again.clone()))])).await;
    assert_eq!(store.record(&gone.key).await.unwrap().unwrap().raw, again.raw);
}

#[testkit::only_postgres]
async fn h04_planned_changes_that_are_just_decided_are_not_deleted(database: Database) {
    let run = dry_run(&database.store, 2).await;
    let (system, by) = (DESK.to_owned(), "staff:jo".to_owned());
    let decided = Decided { run, system, decision: Decision::Apply, chosen: None, count: 2, by, at: at(40) };
    forget_while(&database, plan([HoldChange::Decide(Box::new(decided))])).await;
    assert_eq!(database.store.held_changes(run, None, 10).await.unwrap().len(), 2);
}
