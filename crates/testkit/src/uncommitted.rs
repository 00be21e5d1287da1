//! Two transactions at once, deterministically: one is not committed yet, and the other has to wait for it. Only
//! PostgreSQL runs them at once.

use std::time::Duration;

use tessera_core::kernel::plan::Plan;
use tessera_core::kernel::timeline::Event;
use tessera_core::kernel::timeline::change::TimelineChange;
use tessera_core::persons::event::PersonEvent;
use tokio::task::JoinHandle;
use tokio_postgres::{Client, NoTls};

use crate::store::{Database, new_customer, stamp};

const WAITING: &str =
    "SELECT pid FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()";

/// Waits until this number of connections wait for a lock, which `waits` does, too.
async fn until_waiting<T>(other: &Client, number: usize, waits: &JoinHandle<T>) {
    while other.query(WAITING, &[]).await.unwrap().len() < number {
        assert!(!waits.is_finished(), "it waits for the other one");
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}

/// Does something that has to wait for another process's uncommitted transaction, which is committed then.
pub async fn while_uncommitted(url: &str, theirs: &str, ours: impl Future<Output = ()> + Send + 'static) {
    let (other, connection) = tokio_postgres::connect(url, NoTls).await.unwrap();
    let connection = tokio::spawn(connection);
    other.batch_execute(&format!("BEGIN; {theirs}")).await.unwrap();
    let meanwhile = tokio::spawn(ours);
    until_waiting(&other, 1, &meanwhile).await;
    other.batch_execute("COMMIT").await.unwrap();
    meanwhile.await.unwrap();
    drop(other);
    connection.await.unwrap().unwrap();
}

/// Does something that has to wait for a plan of another process, all of whose statements have run, and which is
/// committed then.
pub async fn while_held_up<T: Send + 'static>(
    database: &Database,
    mut plan: Plan,
    ours: impl Future<Output = T> + Send + 'static,
) -> T {
    let theirs = database.another().await;
    // Timeline entries are written last, so the plan waits for this customer before its commit.
    let last = new_customer(&theirs, "Last").await;
    let event = Event::Person(PersonEvent::Previewed { person_id: "jo".to_owned() });
    plan.push(TimelineChange::Append(stamp(0).entry(last.id, &event)), "the plan is held up");
    let (other, connection) = tokio_postgres::connect(&database.url, NoTls).await.unwrap();
    let connection = tokio::spawn(connection);
    let hold = format!("BEGIN; SELECT 1 FROM customers WHERE id = '{}' FOR UPDATE", last.id);
    other.batch_execute(&hold).await.unwrap();
    let held_up = tokio::spawn(async move { theirs.apply(&plan).await });
    until_waiting(&other, 1, &held_up).await;
    let meanwhile = tokio::spawn(ours);
    until_waiting(&other, 2, &meanwhile).await;
    other.batch_execute("COMMIT").await.unwrap();
    held_up.await.unwrap().unwrap();
    let outcome = meanwhile.await.unwrap();
    drop(other);
    connection.await.unwrap().unwrap();
    outcome
}
