//! The job runner of a process: claims due jobs while it has free places, runs them, and returns those that it cannot
//! finish.
//!
//! Every `select!` is biased: which of several events comes first must not be random, so that a simulation can be repeated.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tessera_core::kernel::ids::WorkerId;
use tessera_core::kernel::job::{Lane, Leased, Load, Places, Pool, Room};
use tessera_store::{ApplyError, StoreError};
use tokio::sync::watch;
use tokio::task::JoinSet;

use super::JobOutcome;
use super::worker::WorkerIdentity;
use crate::Hub;

/// Polling interval. Other processes' jobs send no notification to this one.
const GLANCE: Duration = Duration::from_millis(500);
/// Time for running jobs to finish after the signal to stop.
const GRACE: Duration = Duration::from_secs(4);
/// Time limit for returning the remaining jobs.
const GIVE_BACK: Duration = Duration::from_millis(800);
/// Delay before a failed write is retried.
const WRITE_AGAIN: Duration = Duration::from_secs(1);
/// After a job gave up its place because it has to wait, no other job of its lane and pool starts for this long: it
/// would have to wait, too.
const HOLD_BACK: Duration = Duration::from_secs(2);

/// The work of a process as one worker.
#[derive(Debug, Clone)]
struct Shift {
    hub: Hub,
    worker: WorkerId,
    places: Places,
    state: Arc<Mutex<State>>,
}

#[derive(Debug, Default)]
struct State {
    load: Load,
    /// Time, by the monotonic clock, before which no job of a lane and pool starts.
    held_back: BTreeMap<(Lane, Pool), Duration>,
}

/// The place of a running job. Dropping it frees the place, however the job ends.
struct Place {
    shift: Shift,
    of: (Lane, Pool),
}

impl Hub {
    /// Runs jobs until `stop` turns true. Then running jobs get a few seconds to finish. The rest is returned, for
    /// another process or for the next start.
    pub async fn run_jobs(&self, identity: WorkerIdentity, mut stop: watch::Receiver<bool>) {
        let mut at_start = true;
        while !*stop.borrow() {
            let began = self.env.elapsed();
            let begun = tokio::select! {
                biased;
                begun = self.begin_work(&identity, at_start) => begun,
                _ = stop.changed() => return,
            };
            match begun {
                Ok(worker) => {
                    at_start = false;
                    Shift::new(self, worker).work(began, &mut stop).await;
                }
                Err(error) => {
                    tracing::error!(%error, "could not begin to run jobs");
                    tokio::select! {
                        biased;
                        () = self.env.sleep(WRITE_AGAIN) => {}
                        _ = stop.changed() => {}
                    }
                }
            }
        }
    }
}

impl Shift {
    fn new(hub: &Hub, worker: WorkerId) -> Self {
        Self { hub: hub.clone(), worker, places: Places::default(), state: Arc::default() }
    }

    /// Runs jobs until the signal to stop, or until this worker has lost them.
    async fn work(&self, began: Duration, stop: &mut watch::Receiver<bool>) {
        let mut running = JoinSet::new();
        let lost = tokio::select! {
            biased;
            () = self.hub.beat_until_lost(self.worker, began) => true,
            () = self.hub.watch_others() => true,
            () = self.run_until(stop, &mut running) => false,
        };
        if lost {
            tracing::error!("the worker's beat could not be written for too long: its jobs are dropped, and run again");
        }
        // A job that never reaches its next await point must not block the shutdown.
        let _ = self.hub.env.timeout(GIVE_BACK, running.shutdown()).await;
        let technical = self.hub.technical();
        let retired = technical.retire_worker(self.worker, self.hub.env.now());
        match self.hub.env.timeout(GIVE_BACK, retired).await {
            Some(Ok(())) => {}
            Some(Err(error)) => {
                tracing::warn!(%error, "could not give jobs back; they are taken over a few seconds later");
            }
            None => tracing::warn!("could not give jobs back in time; they are taken over a few seconds later"),
        }
    }

    async fn run_until(&self, stop: &mut watch::Receiver<bool>, running: &mut JoinSet<()>) {
        while !*stop.borrow() {
            let Some(claimed) = self.claim().await else { break };
            let idle = claimed.is_empty();
            for job in claimed {
                let place = self.take_place(&job);
                running.spawn(async move { place.shift.run(&place, job).await });
            }
            if idle {
                tokio::select! {
                    biased;
                    _ = stop.changed() => {}
                    () = self.hub.store().work_arrived() => {}
                    Some(_) = running.join_next() => {}
                    () = self.hub.env.sleep(GLANCE) => {}
                }
            }
            while running.try_join_next().is_some() {}
        }
        let finished = self.hub.env.timeout(GRACE, async { while running.join_next().await.is_some() {} }).await;
        if finished.is_none() {
            tracing::info!(jobs = running.len(), "jobs did not finish in time; they are given back");
        }
    }

    /// Claims due jobs. `None`: the answer was lost, so this worker may hold jobs that it does not know of. Only the end of
    /// the worker returns them.
    async fn claim(&self) -> Option<Vec<Leased>> {
        let (load, room) = self.room();
        match self.hub.claim(self.worker, &self.places, &load, &room).await {
            Ok(claimed) => Some(claimed),
            Err(error @ StoreError::CommitUnknown(_)) => {
                tracing::error!(%error, "it is not known which jobs were claimed; a new worker takes over");
                None
            }
            Err(error) => {
                tracing::error!(%error, "could not take jobs");
                Some(Vec::new())
            }
        }
    }

    fn room(&self) -> (Load, Room) {
        let now = self.hub.env.elapsed();
        let mut state = self.state();
        state.held_back.retain(|_, until| *until > now);
        let mut room = self.places.room(&state.load);
        for (lane, pool) in state.held_back.keys() {
            room.close(*lane, *pool);
        }
        (state.load, room)
    }

    fn take_place(&self, job: &Leased) -> Place {
        let of = (job.task.lane(), job.task.pool());
        self.state().load.add(of.0, of.1);
        Place { shift: self.clone(), of }
    }

    /// Runs a job and records its outcome. The job keeps its place until the outcome is written, because no other
    /// process knows it.
    async fn run(&self, place: &Place, job: Leased) {
        let ended = self.hub.perform(&job).await;
        if let JobOutcome::Wait(..) = ended {
            let until = self.hub.env.elapsed() + HOLD_BACK;
            self.state().held_back.insert(place.of, until);
        }
        while let Err(ApplyError::Store(error)) = self.hub.write_down(&job, &ended).await {
            tracing::warn!(job = %job.id, kind = job.task.kind(), %error, "could not write down how a job ended");
            self.hub.env.sleep(WRITE_AGAIN).await;
        }
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.shift.state().load.remove(self.of.0, self.of.1);
    }
}
