//! Databases that are not as they should be.

use tessera_store::{Store, StoreError};
use testkit::Database;
use testkit::store::{DESK, activated, bundle, identity_key, new_customer, renaming};
use tokio::task::JoinSet;

async fn refusal(database: &Database) -> String {
    match Store::open(&database.url).await {
        Err(StoreError::Schema(words)) => words,
        other => panic!("expected a refusal, got {other:?}"),
    }
}

#[testkit::both_databases]
async fn h04_a_newer_schema_is_refused(database: Database) {
    database.raw("INSERT INTO schema_migrations VALUES (999, 'from the future', 'x')").await;
    let words = refusal(&database).await;
    assert!(words.contains("999") && words.contains("newer program"), "{words}");
}

#[testkit::both_databases]
async fn h04_a_changed_migration_is_refused(database: Database) {
    database.raw("UPDATE schema_migrations SET checksum = 'x' WHERE version = 1").await;
    let words = refusal(&database).await;
    assert!(words.contains("changed after it was applied"), "{words}");
}

#[testkit::both_databases]
async fn h04_an_undecodable_row_is_an_error_that_reveals_no_value(database: Database) {
    let store = &database.store;
    activated(store, "777", "jane", vec![bundle("4", Some("777"), 15)]).await;
    let secret = "what nobody may read";
    database.raw(&format!("UPDATE records SET attributes = '{secret}' WHERE kind = 'asset'")).await;
    let error = store.record(&bundle("4", None, 0).key).await.unwrap_err();
    assert!(matches!(error, StoreError::Undecodable(_)), "{error:?}");
    assert!(!error.to_string().contains(secret), "an error message does not tell what it could not read");
    assert!(store.my_devices(&identity_key("jane")).await.unwrap().is_some(), "the rest still answers");
    assert_eq!(store.device(DESK, "4").await.unwrap().unwrap().name, bundle("4", None, 0).attributes.title());
    new_customer(store, "John").await;
}

/// PostgreSQL may end any connection at any time: a restart, a failover, an impatient administrator.
#[testkit::only_postgres]
async fn h04_a_lost_connection_is_replaced(database: Database) {
    let store = &database.store;
    let end_all = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                   WHERE datname = current_database() AND pid <> pg_backend_pid()";
    let mut customer = new_customer(store, "Jane 0").await;
    for round in 1..=5 {
        let mut busy = JoinSet::new();
        for _ in 0..16 {
            let (store, id) = (store.clone(), customer.id);
            busy.spawn(async move { store.customer(id).await.map(|found| found.is_some()) });
        }
        assert!(busy.join_all().await.into_iter().all(|found| matches!(found, Ok(true))));
        database.raw(end_all).await;
        store.apply(&renaming(&customer, &format!("Jane {round}"), round)).await.unwrap();
        database.raw(end_all).await;
        customer = store.customer(customer.id).await.unwrap().unwrap();
        assert_eq!(customer.name, format!("Jane {round}"));
    }
}

/// Sixteen workers change customers while their connections are ended again and again: nobody is told yes for nothing.
#[testkit::only_postgres]
async fn h04_connections_lost_in_the_middle_leave_the_truth(database: Database) {
    let mut work = JoinSet::new();
    for n in 0..16 {
        let store = database.store.clone();
        let mut customer = new_customer(&store, &format!("Customer {n}")).await;
        work.spawn(async move {
            for round in 1..=12 {
                let outcome = store.apply(&renaming(&customer, &format!("Round {round}"), round)).await;
                let now = store.customer(customer.id).await.unwrap().unwrap();
                assert!(outcome.is_err() || now.name == format!("Round {round}"), "{outcome:?}");
                assert!(now == customer || now.version == customer.version + 1);
                customer = now;
            }
            customer.id
        });
    }
    let end_some = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                    WHERE datname = current_database() AND pid <> pg_backend_pid() LIMIT 2";
    for _ in 0..10 {
        database.raw(end_some).await;
    }
    for id in work.join_all().await {
        let head = database.store.timeline_head(id).await.unwrap().unwrap();
        let entries = database.store.whole_timeline(id).await.unwrap();
        assert_eq!(tessera_core::kernel::timeline::verify(&entries, head), Ok(()));
    }
}
