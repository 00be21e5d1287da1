//! Many callers at once, callers who go away, and what is left for everyone.

use std::future::Future;
use std::task::{Context, Poll, Waker};

use tessera_core::access::licence::LicenceType;
use tessera_core::kernel::customer::change::LinkChange;
use tessera_core::kernel::plan::{Change, Plan};
use tessera_core::kernel::record::change::RecordChange;
use tessera_core::kernel::timeline::verify;
use tessera_core::sync::hold::{HoldChange, Taking};
use tessera_store::technical::Spending;
use tessera_store::{ApplyError, Conflict, Store};
use testkit::Database;
use testkit::store::{
    DESK, at, conflict, link, linking, new_customer, plan, renaming, requester, requester_key, stamp,
};
use uuid::Uuid;

async fn all_at_once(store: &Store, plans: Vec<Plan>) -> Vec<Result<(), ApplyError>> {
    let applies = plans.into_iter().map(|plan| {
        let store = store.clone();
        tokio::spawn(async move { store.apply(&plan).await })
    });
    let outcomes = futures_util::future::join_all(applies.collect::<Vec<_>>()).await;
    outcomes.into_iter().map(Result::unwrap).collect()
}

#[testkit::both_databases]
async fn h04_of_200_plans_at_once_each_gets_its_own_answer(Database { store, .. }: Database) {
    let (jane, john) = (new_customer(&store, "Jane").await, new_customer(&store, "John").await);
    // By turns: a new customer, a change of Jane planned on the same state, a link of one record to John, a record.
    let plans = (0..200).map(|n| match n % 4 {
        0 => tessera_core::kernel::plan::CustomerEdit::new(&format!("New {n}"), None, stamp(n)).finish(),
        1 => renaming(&jane, &format!("Jane {n}"), n),
        2 => linking(&link(john.id, requester_key("777"))),
        _ => plan([RecordChange::Put(Box::new(requester(&n.to_string(), "Someone", "s@example.com", n)))]),
    });
    let outcomes = all_at_once(&store, plans.collect()).await;

    let mut winners = [Vec::new(), Vec::new(), Vec::new(), Vec::new()];
    for (n, outcome) in outcomes.into_iter().enumerate() {
        match (n % 4, outcome) {
            (kind, Ok(())) => winners[kind].push(n),
            (1, refused) => assert_eq!(conflict(refused), Conflict::Customer),
            (2, refused) => assert_eq!(conflict(refused), Conflict::Link),
            (_, refused) => panic!("plan {n} stood in nobody's way: {refused:?}"),
        }
    }
    assert_eq!(winners.each_ref().map(Vec::len), [50, 1, 1, 50]);
    let renamed = store.customer(jane.id).await.unwrap().unwrap();
    assert_eq!(renamed.name, format!("Jane {}", winners[1][0]), "who heard yes is who won");
    assert_eq!(
        verify(&store.whole_timeline(jane.id).await.unwrap(), store.timeline_head(jane.id).await.unwrap().unwrap()),
        Ok(())
    );
    assert_eq!(store.customers(None, 100).await.unwrap().len(), 52);
}

#[testkit::both_databases]
async fn h04_what_was_answered_is_there_for_everybody(database: Database) {
    let other = database.another().await;
    let customer = new_customer(&database.store, "Jane").await;
    assert_eq!(other.customer(customer.id).await.unwrap(), Some(customer.clone()));
    other.apply(&renaming(&customer, "Jane Roe", 1)).await.unwrap();
    assert_eq!(conflict(database.store.apply(&renaming(&customer, "Jane Poe", 1)).await), Conflict::Customer);

    let copy = format!("{}.copy", database.url);
    let copied = database.store.backup(copy.trim_start_matches("sqlite:").into()).await;
    if database.is_postgres() {
        assert!(copied.unwrap_err().to_string().contains("pg_dump"));
    } else {
        copied.unwrap();
        let copy = Store::open(&copy).await.unwrap();
        assert_eq!(copy.customer(customer.id).await.unwrap().unwrap().name, "Jane Roe");
    }
}

#[testkit::both_databases]
async fn h04_a_cancelled_caller_leaves_no_partial_write(Database { store, .. }: Database) {
    let jane = new_customer(&store, "Jane").await;
    // Each caller goes away after its own number of steps: before anything was sent, in the middle, near the end.
    for steps in 0..100 {
        let seen = requester(&format!("gone-{steps}"), "Someone", "s@example.com", 1);
        let going = plan([
            Change::from(RecordChange::Put(Box::new(seen.clone()))),
            LinkChange::Create(Box::new(link(jane.id, seen.key.clone()))).into(),
        ]);
        let mut apply = Box::pin(store.apply(&going));
        for _ in 0..steps % 10 {
            if let Poll::Ready(outcome) = apply.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
                outcome.unwrap();
                break;
            }
            tokio::task::yield_now().await;
        }
        drop(apply);
        // A question that nobody waits for.
        let mut asked = Box::pin(store.customer(jane.id));
        let _ = asked.as_mut().poll(&mut Context::from_waker(Waker::noop()));
    }

    let plans = (0..40).map(|n| linking(&link(jane.id, requester_key(&format!("after-{n}")))));
    for outcome in all_at_once(&store, plans.collect()).await {
        outcome.unwrap();
    }
    let links = store.links(jane.id).await.unwrap();
    assert_eq!(links.iter().filter(|link| link.record.external_id.starts_with("after-")).count(), 40);
    for link in links.iter().filter(|link| link.record.external_id.starts_with("gone-")) {
        assert!(store.record(&link.record).await.unwrap().is_some(), "all of a plan or nothing");
    }
}

#[testkit::both_databases]
async fn h04_a_long_plan_runs_in_its_order(Database { store, .. }: Database) {
    let jane = new_customer(&store, "Jane").await;
    let mut long = Plan::default();
    // Every link needs the end of the one before it.
    for n in 0..200 {
        let next = link(jane.id, requester_key("777"));
        long.extend(linking(&next));
        long.extend(testkit::store::ending(&next, n));
    }
    store.apply(&long).await.unwrap();
    let links = store.links(jane.id).await.unwrap();
    assert_eq!(links.len(), 200);
    assert_eq!(links[199].ended.as_ref().map(|ended| ended.at), Some(at(199)));
}

#[testkit::both_databases]
async fn p12_two_processes_take_one_seat_once(database: Database) {
    let stores = [database.store.clone(), database.another().await];
    let racing = (0..32_usize).map(|n| {
        let store = stores[n % 2].clone();
        let person = Uuid::now_v7().into();
        tokio::spawn(async move { store.technical().take_seat(LicenceType::Named, 1, person, None, None, at(1)).await })
    });
    let outcomes = futures_util::future::join_all(racing.collect::<Vec<_>>()).await;
    let taken = outcomes.into_iter().filter(|outcome| matches!(outcome, Ok(Ok(true)))).count();
    assert_eq!(taken, 1);
}

#[testkit::both_databases]
async fn h04_two_processes_take_no_more_than_the_limit_of_the_brake(database: Database) {
    let stores = [database.store.clone(), database.another().await];
    let racing = (0..32_usize).map(|n| {
        let store = stores[n % 2].clone();
        let (id, system) = (Uuid::now_v7(), DESK.to_owned());
        let taking = HoldChange::Take(Taking { id, system, takes: 1, at: at(10), since: at(0), limit: 5 });
        tokio::spawn(async move { store.apply(&plan([taking])).await })
    });
    let outcomes = futures_util::future::join_all(racing.collect::<Vec<_>>()).await;
    let taken = outcomes.into_iter().filter(|outcome| matches!(outcome, Ok(Ok(())))).count();
    assert_eq!(taken, 5);
}

#[testkit::both_databases]
async fn h06_two_processes_spend_no_more_calls_than_the_limit(database: Database) {
    let stores = [database.store.clone(), database.another().await];
    let limit = |allowed| {
        let per = jiff::SignedDuration::from_mins(1);
        [Spending { meter: "account", credits: 1, allowed, per }]
    };
    let racing = (0..64_usize).map(|n| {
        let (store, spending) = (stores[n % 2].clone(), limit(20));
        tokio::spawn(async move { store.technical().spend_calls(DESK, at(1), &spending).await })
    });
    let outcomes = futures_util::future::join_all(racing.collect::<Vec<_>>()).await;
    let spent = outcomes.into_iter().filter(|outcome| matches!(outcome, Ok(Ok(Ok(()))))).count();
    assert_eq!(spent, 20);
    let [one, other] = &stores;
    let full = one.technical().spend_calls(DESK, at(2), &limit(20)).await.unwrap();
    assert_eq!(full, Err(at(62)), "what was spent in a second counts for a minute after it");
    assert_eq!(other.technical().spend_calls(DESK, at(2), &limit(26)).await.unwrap(), Ok(()), "the reserve is there");
    assert_eq!(other.technical().spend_calls(DESK, at(62), &limit(20)).await.unwrap(), Ok(()));
}
