//! The job runner of a process: claims due jobs while it has free places, runs them, and returns those that it cannot
//! finish.
//!
//! Every `select!` is biased: which of several events comes first must not be random, so that a simulation can be repeated.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tessera_core::kernel::ids::{JobId, WorkerId};
use tessera_core::kernel::job::{Lane, Leased, Load, Places, Pool, Scarce};
use tessera_store::{ApplyError, StoreError};
use tokio::sync::watch;
use tokio::task::{AbortHandle, JoinSet};
use uuid::Uuid;

use super::worker::WorkerIdentity;
use super::{JobOutcome, progress};
use crate::Hub;
use crate::outage_log::BEGIN_TO_RUN_JOBS;
use crate::ports::{MAX_WAIT_OF_A_JOB, Waits};

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
    /// The systems whose call budget is used up.
    scarce: Scarce,
    /// Until when jobs wait for a call in their turn, by the monotonic clock.
    waits: BTreeMap<JobId, Duration>,
    /// Time, by the monotonic clock, before which no job of a lane and pool, or of a share, starts.
    held_back: BTreeMap<Class, Duration>,
}

/// What jobs share places by: their lane and pool, and the share that they take.
type Class = (Lane, Pool, Option<Uuid>);

/// The place of a running job. Dropping it frees the place, however the job ends.
struct Place {
    shift: Shift,
    job: JobId,
    of: Class,
}

/// How long the calls of a running job may wait.
struct Turns {
    shift: Shift,
    job: JobId,
    lane: Lane,
    pool: Pool,
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
            if let Some(worker) = self.log_outcome(BEGIN_TO_RUN_JOBS, begun) {
                at_start = false;
                Shift::new(self, worker).work(began, &mut stop).await;
                continue;
            }
            tokio::select! {
                biased;
                () = self.env.sleep(WRITE_AGAIN) => {}
                _ = stop.changed() => {}
            }
        }
    }
}

impl Shift {
    fn new(hub: &Hub, worker: WorkerId) -> Self {
        let places = Places::calling_vendors(hub.config.vendor_calls);
        Self { hub: hub.clone(), worker, places, state: Arc::default() }
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
        let mut handles = BTreeMap::new();
        while !*stop.borrow() {
            let Some(claimed) = self.claim().await else { break };
            let idle = claimed.is_empty();
            for job in claimed {
                let (id, place) = (job.id, self.take_place(&job));
                handles.insert(id, running.spawn(async move { place.shift.run(&place, job).await }));
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
            handles.retain(|_, handle| !handle.is_finished());
        }
        self.drop_waiting(&handles);
        let finished = self.hub.env.timeout(GRACE, async { while running.join_next().await.is_some() {} }).await;
        if finished.is_none() {
            tracing::info!(jobs = running.len(), "jobs did not finish in time; they are given back");
        }
    }

    /// Drops the jobs that wait for a call for longer than they have to finish. They are given back.
    fn drop_waiting(&self, handles: &BTreeMap<JobId, AbortHandle>) {
        let latest = self.hub.env.elapsed() + GRACE;
        let mut waits = std::mem::take(&mut self.state().waits);
        waits.retain(|_, until| *until > latest);
        waits.keys().filter_map(|job| handles.get(job)).for_each(AbortHandle::abort);
    }

    /// Claims due jobs. `None`: the answer was lost, so this worker may hold jobs that it does not know of. Only the end of
    /// the worker returns them.
    async fn claim(&self) -> Option<Vec<Leased>> {
        let (mut load, places, held_back) = self.places();
        let mut room = places.room(&load);
        for (lane, pool, share) in held_back {
            match share {
                // Whatever its lane, it would have to wait for the same vendor.
                Some(share) => load.hold_back(share),
                None => room.close(lane, pool),
            }
        }
        match self.hub.claim(self.worker, &places, &load, &room).await {
            // It is not known which jobs were claimed: a new worker takes over.
            Err(error @ StoreError::CommitUnknown(_)) => {
                self.hub.log_failure("claim jobs", &error.into());
                None
            }
            outcome => Some(self.hub.log_outcome("claim jobs", outcome).unwrap_or_default()),
        }
    }

    /// What runs, the places that there are now, and what is held back.
    fn places(&self) -> (Load, Places, Vec<Class>) {
        let now = self.hub.env.elapsed();
        let mut state = self.state();
        state.held_back.retain(|_, until| *until > now);
        let places = self.places.clone().while_scarce(&state.scarce);
        (state.load.clone(), places, state.held_back.keys().copied().collect())
    }

    fn take_place(&self, job: &Leased) -> Place {
        let of = (job.task.lane(), job.task.pool(), job.task.share());
        self.state().load.add(of.0, of.1, of.2);
        Place { shift: self.clone(), job: job.id, of }
    }

    /// Runs a job and records its outcome. The job keeps its place until the outcome is written, because no other
    /// process knows it.
    async fn run(&self, place: &Place, job: Leased) {
        let (lane, pool, _) = place.of;
        let turns = Turns { shift: self.clone(), job: job.id, lane, pool };
        let ended = self.hub.perform(&job, Arc::new(turns)).await;
        let throttled = matches!(ended, JobOutcome::Wait(..));
        self.ended(&job, place.of, throttled);
        while let Err(ApplyError::Store(error)) = self.hub.write_down(&job, &ended).await {
            self.hub.log_failure("record how jobs ended", &error.into());
            self.hub.env.sleep(WRITE_AGAIN).await;
        }
        self.hub.log_success("record how jobs ended");
    }

    fn ended(&self, job: &Leased, of: Class, throttled: bool) {
        let hold_back_until = self.hub.env.elapsed() + HOLD_BACK;
        let mut state = self.state();
        state.waits.remove(&job.id);
        state.scarce.ended(job.id, of.0, of.1, throttled);
        if throttled {
            state.held_back.insert(of, hold_back_until);
        }
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut state = self.shift.state();
        state.load.remove(self.of.0, self.of.1, self.of.2);
        state.scarce.release(self.job);
        state.waits.remove(&self.job);
    }
}

impl Waits for Turns {
    fn may_wait(&self, system: &str, wait: Duration, in_all: Duration) -> bool {
        let Some(system) = self.shift.hub.upstream_named(system).or_else(|| self.pool.systems().first().copied())
        else {
            return in_all <= MAX_WAIT_OF_A_JOB;
        };
        let mut state = self.shift.state();
        let a_moment = in_all <= MAX_WAIT_OF_A_JOB && !state.scarce.gives_way(self.lane, system);
        let in_turn = !a_moment && state.scarce.may_wait(self.job, self.lane, system, wait);
        if in_turn {
            state.waits.insert(self.job, self.shift.hub.env.elapsed() + wait);
        }
        drop(state);
        let may = a_moment || in_turn;
        if may {
            progress::waits(wait);
        }
        may
    }
}
