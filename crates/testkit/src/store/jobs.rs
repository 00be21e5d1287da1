//! Jobs in the hands of workers.

use jiff::Timestamp;
use tessera_core::kernel::ids::WorkerId;
use tessera_core::kernel::job::{Leased, Load, Places};
use tessera_store::technical::Predecessors;
use tessera_store::{Store, Worker};
use uuid::Uuid;

/// A worker that has just started.
pub async fn worker(store: &Store, now: Timestamp) -> WorkerId {
    let id = WorkerId(Uuid::now_v7());
    let worker = Worker { id, name: "a test".to_owned(), process: "pid 1".to_owned(), beat: 0, started_at: now };
    store.technical().add_worker(&worker, Predecessors::None, now).await.unwrap();
    id
}

/// Claims so many of the jobs that are due, the most urgent first.
pub async fn claim(store: &Store, worker: WorkerId, now: Timestamp, limit: usize) -> Vec<Leased> {
    let (places, load) = (Places::unreserved(limit), Load::default());
    let due = store.due_jobs(now, &places.room(&load)).await.unwrap();
    store.technical().claim_jobs(worker, &places.choose(&load, &due)).await.unwrap()
}
