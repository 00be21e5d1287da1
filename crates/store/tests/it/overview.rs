//! What the home page of the console shows, and what each of its pages says about work and alarms.

use jiff::Timestamp;
use tessera_core::activation::jobs::MailActivated;
use tessera_core::invitations::jobs::Invite;
use tessera_core::kernel::actor::Actor;
use tessera_core::kernel::customer::Origin;
use tessera_core::kernel::ids::CustomerId;
use tessera_core::kernel::job::{Job, Task};
use tessera_core::kernel::record::{Kind, RecordKey};
use tessera_core::sync::change::ReviewChange;
use tessera_core::sync::review::{Decision, Question, Review};
use tessera_store::{Alarm, ConsoleLimits, ConsoleState, Funnel, Store, Work, WorkKind};
use testkit::Database;
use testkit::store::{activated, at, claim, enqueue, invited, new_customer, plan, worker};
use uuid::Uuid;

fn review(customer: CustomerId, n: i64) -> Review {
    let candidates = ["1", "2"].map(|id| RecordKey::new("freshsales", Kind::Contact, id)).to_vec();
    Review {
        id: Uuid::now_v7().into(),
        customer_id: Some(customer),
        question: Question::WhichContact { email: format!("jane-{n}@example.com"), candidates },
        created_at: at(n),
        decided: None,
        note: None,
    }
}

fn invite(n: i64) -> Task {
    Invite { requester_id: n.to_string(), asked_by: Actor::system("freshservice"), missing_since: None }.into()
}

fn mail() -> Task {
    MailActivated { activation_id: Uuid::now_v7().into() }.into()
}

async fn add_job(store: &Store, task: Task, run: i64) {
    let job = Job { id: Uuid::now_v7().into(), task, run_at: at(run), created_at: at(0) };
    enqueue(store, &job).await.unwrap();
}

/// Gives up all jobs that are due. Those that are marked become in doubt.
async fn give_up(store: &Store, now: i64, marked: bool) {
    let worker = worker(store, at(now)).await;
    for job in claim(store, worker, at(now), 10).await {
        if marked {
            store.technical().mark_job_under_way(&job, at(now)).await.unwrap();
        }
        store.technical().fail_job(&job, "it cannot be done", at(now)).await.unwrap();
    }
}

fn work(kind: WorkKind, count: i64, since: i64) -> Work {
    Work { kind, count, since: Some(at(since)) }
}

#[testkit::both_databases]
async fn h06_work_for_staff_is_counted_with_its_oldest_up_to_a_maximum(Database { store, .. }: Database) {
    assert_eq!(store.staff_work(10).await.unwrap(), []);
    assert_eq!(store.last_decisions().await.unwrap(), []);
    let customer = new_customer(&store, "Jane Doe").await.id;
    let reviews: Vec<Review> = (1..=3).map(|n| review(customer, n)).collect();
    store.apply(&plan(reviews.iter().map(|it| ReviewChange::Create(Box::new(it.clone()))))).await.unwrap();
    add_job(&store, invite(1), 0).await;
    add_job(&store, invite(2), 0).await;
    give_up(&store, 7, false).await;
    add_job(&store, mail(), 0).await;
    give_up(&store, 8, false).await;
    add_job(&store, mail(), 0).await;
    give_up(&store, 9, true).await;
    let all = [
        work(WorkKind::InDoubt, 1, 9),
        work(WorkKind::Jobs, 2, 7),
        work(WorkKind::Mail, 1, 8),
        work(WorkKind::Reviews, 3, 1),
    ];
    assert_eq!(store.staff_work(10).await.unwrap(), all);
    let some = [work(WorkKind::InDoubt, 1, 9), work(WorkKind::Jobs, 2, 7), work(WorkKind::Reviews, 2, 1)];
    assert_eq!(store.staff_work(2).await.unwrap(), some, "the oldest first");

    let decided = |review: &Review| ReviewChange::Decide {
        id: review.id,
        at: at(20),
        by: "staff:jo".to_owned(),
        decision: Decision::NoneOfThese,
        note: None,
    };
    store.apply(&plan(reviews.iter().map(decided))).await.unwrap();
    assert_eq!(store.last_decisions().await.unwrap(), [(WorkKind::Reviews, at(20))]);
    assert_eq!(store.staff_work(10).await.unwrap(), all[..3]);
}

#[testkit::both_databases]
async fn h06_activations_invitations_and_links_of_a_period_are_counted(Database { store, .. }: Database) {
    for (requester, subject) in [("777", "a"), ("778", "b")] {
        activated(&store, requester, subject, Vec::new()).await;
    }
    invited(&store, "779").await;
    let day = at(20).as_second().div_euclid(24 * 60 * 60);
    assert_eq!(store.activations_by_day(at(0), 10).await.unwrap(), [(day, 2)]);
    assert_eq!(store.activations_by_day(at(0), 1).await.unwrap(), [(day, 1)], "up to a maximum");
    assert_eq!(store.activations_by_day(at(21), 10).await.unwrap(), []);

    let funnel = Funnel { invited: 3, opened: 2, signed_in: 2, activated: 2 };
    assert_eq!(store.invitation_funnel(at(0), 10).await.unwrap(), funnel);
    assert_eq!(store.invitation_funnel(at(1), 10).await.unwrap(), Funnel::default());
    assert_eq!(store.invitation_funnel(at(0), 2).await.unwrap().invited, 2);

    let links = store.links_by_origin(at(0), 10).await.unwrap();
    assert!(matches!(links[..], [(Origin::Activation, 2..)]), "{links:?}");
    assert_eq!(store.links_by_origin(at(0), 1).await.unwrap(), [(Origin::Activation, 1)]);
    assert_eq!(store.links_by_origin(at(21), 10).await.unwrap(), []);
}

#[testkit::both_databases]
async fn h06_jobs_that_are_due_are_counted_by_age_and_those_of_later_are_not(Database { store, .. }: Database) {
    for (n, run) in (0..).zip([5000, 4900, 4000, 1000, 0, 9000]) {
        add_job(&store, invite(n), run).await;
    }
    let ages = [4940, 4400, 1400].map(at);
    assert_eq!(store.jobs_due_by_age(at(5000), ages, 10).await.unwrap(), [1, 1, 1, 2]);
    assert_eq!(store.jobs_due_by_age(at(5000), ages, 2).await.unwrap().iter().sum::<i64>(), 2);
    assert_eq!(store.jobs_due_by_age(at(-1), ages, 10).await.unwrap(), [0; 4]);
}

async fn state(store: &Store, most: usize, failed_since: Timestamp) -> ConsoleState {
    store.console_state(ConsoleLimits { most, failed_since, late_since: at(100), clock: "clock" }).await.unwrap()
}

#[testkit::both_databases]
async fn h06_each_page_learns_of_work_failures_alarms_and_late_jobs(Database { store, .. }: Database) {
    assert_eq!(state(&store, 10, at(0)).await, ConsoleState::default());
    let customer = new_customer(&store, "Jane Doe").await.id;
    let reviews = (1..=3).map(|n| ReviewChange::Create(Box::new(review(customer, n))));
    store.apply(&plan(reviews)).await.unwrap();
    add_job(&store, invite(1), 0).await;
    give_up(&store, 7, false).await;
    add_job(&store, mail(), 0).await;
    give_up(&store, 7, true).await;
    add_job(&store, invite(2), 50).await;
    for code in ["clock", "sweep_stopped", "list_too_short"] {
        let (system, code, about) = ("hub".to_owned(), code.to_owned(), String::new());
        store
            .technical()
            .raise_alarm(&Alarm { system, code, about, since: at(0), detail: String::new() })
            .await
            .unwrap();
    }
    let all =
        ConsoleState { reviews: 3, failed: 1, in_doubt: 1, clock: 1, sweeps: 2, late: true, ..ConsoleState::default() };
    assert_eq!(state(&store, 10, at(0)).await, all);
    assert_eq!(state(&store, 2, at(0)).await, ConsoleState { reviews: 2, ..all }, "counted up to a maximum");
    let old = ConsoleState { failed: 0, in_doubt: 0, ..all };
    assert_eq!(state(&store, 10, at(8)).await, old, "failures of long ago");
    let worker = worker(&store, at(200)).await;
    claim(&store, worker, at(200), 10).await;
    assert_eq!(state(&store, 10, at(0)).await, ConsoleState { late: false, running: true, ..all });
}
