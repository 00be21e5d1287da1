//! The job runner: takes what is due, runs it, and has it tried again when an outside system was not ready.

mod retry;
mod run;

use std::time::Duration;

use jiff::SignedDuration;
use tessera_core::kernel::ids::JobId;
use tessera_core::kernel::job::Leased;
use tessera_core::kernel::job::change::JobChange;
use tessera_core::kernel::timeline::Event;
use tessera_store::{Conflict, JobRow, JobState};
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::commit::commit;
use crate::{Ctx, Hub, HubError};

pub(crate) use retry::{OnUpstreamError, backoff};
pub(crate) use run::{JobOutcome, Run};

/// How many jobs run at once in one process. They mostly wait for outside systems.
const AT_ONCE: usize = 16;
/// How long a job may take before another worker takes it over.
pub(crate) const LEASE: SignedDuration = SignedDuration::from_mins(2);
/// How long a job may take that says in between that it is alive.
const MAX_LEASE: SignedDuration = crate::sync::sweep::run::LEASE;
/// How long to look away when nothing rings: jobs of other processes do not ring here.
const GLANCE: Duration = Duration::from_millis(500);

impl Hub {
    /// Runs jobs until `stop` turns true, then lets those under way finish.
    pub async fn run_jobs(&self, mut stop: watch::Receiver<bool>) {
        self.take_over_at_start().await;
        let mut running = JoinSet::new();
        while !*stop.borrow() {
            let free = AT_ONCE - running.len();
            let claimed = if free > 0 { self.claim(free).await } else { Vec::new() };
            let idle = claimed.is_empty();
            for job in claimed {
                let hub = self.clone();
                running.spawn(async move { hub.run(job).await });
            }
            if idle {
                tokio::select! {
                    () = self.store().work_arrived() => {}
                    Some(_) = running.join_next() => {}
                    () = tokio::time::sleep(GLANCE) => {}
                    _ = stop.changed() => {}
                }
            }
            while running.try_join_next().is_some() {}
        }
        while running.join_next().await.is_some() {}
    }

    /// An SQLite file has one hub: whatever still runs there was begun by a process that is gone. Others wait until a lease runs out.
    async fn take_over_at_start(&self) {
        if self.reads().kind() != "sqlite" {
            return;
        }
        if let Err(error) = self.technical().reclaim_jobs(self.env.now() + MAX_LEASE + LEASE).await {
            tracing::error!(%error, "could not take over jobs");
        }
    }

    /// Has a job that was given up, or is in doubt, tried again.
    ///
    /// # Errors
    /// [`HubError::NotFound`] when there is no such job, or it was not given up.
    pub async fn retry_job(&self, id: JobId, ctx: &Ctx) -> Result<(), HubError> {
        commit!(self, ctx, |tx| {
            let none = || {
                let detail = "it is no longer among those given up, or the same already waits";
                HubError::NotFound(format!("job {id} was not started again: {detail}"))
            };
            let job = self.reads().job(id).await?.filter(awaits_staff).ok_or_else(none)?;
            tx.reject_on(Conflict::Job, none());
            let mut operator = self.draft_of(self.customer_or_operator(None).await?, tx.stamp);
            let (kind, in_doubt) = (job.task.kind().to_owned(), job.state == JobState::InDoubt);
            operator.note(&Event::JobRetried { job_id: id, kind, in_doubt });
            tx.push(JobChange::Revive { id, at: tx.stamp.now }, "staff have it tried again");
            tx.extend(operator.finish());
            Ok(())
        })
    }

    /// Puts a job aside that was given up, or is in doubt: it is not tried again, and warns nobody any more.
    ///
    /// # Errors
    /// [`HubError::NotFound`] when there is no such job, or it was not given up.
    pub async fn dismiss_job(&self, id: JobId, ctx: &Ctx) -> Result<(), HubError> {
        commit!(self, ctx, |tx| {
            let none =
                || HubError::NotFound(format!("job {id} was not dismissed: it is no longer among those given up"));
            let job = self.reads().job(id).await?.filter(awaits_staff).ok_or_else(none)?;
            tx.reject_on(Conflict::Job, none());
            let mut operator = self.draft_of(self.customer_or_operator(None).await?, tx.stamp);
            let (kind, error) = (job.task.kind().to_owned(), job.error.unwrap_or_default().into());
            let in_doubt = job.state == JobState::InDoubt;
            operator.note(&Event::JobDismissed { job_id: id, kind, error, in_doubt });
            tx.push(JobChange::Dismiss { id, at: tx.stamp.now }, "staff have settled it otherwise");
            tx.extend(operator.finish());
            Ok(())
        })
    }

    /// Runs what is due now, one after the other, until nothing is. For tests and one-off commands.
    pub async fn run_pending(&self) -> usize {
        let mut done = 0;
        loop {
            match self.run_claimed().await {
                0 => return done,
                ran => done += ran,
            }
        }
    }

    /// Claims what is due now and runs it, one after the other; what that makes due has to be claimed anew.
    pub async fn run_claimed(&self) -> usize {
        let jobs = self.claim(AT_ONCE).await;
        let ran = jobs.len();
        for job in jobs {
            self.run(job).await;
        }
        ran
    }

    /// What happens now and then. Checkpoints take their time when there are many customers; nothing else waits for them.
    pub async fn clean_up(&self, stop: watch::Receiver<bool>) {
        tokio::join!(self.tidy_up(stop.clone()), self.keep_checkpoints(stop));
    }

    /// Taking over from workers that died, forgetting what has expired, sweeps whose time has come.
    async fn tidy_up(&self, mut stop: watch::Receiver<bool>) {
        while !*stop.borrow() {
            let now = self.env.now();
            if let Err(error) = self.technical().reclaim_jobs(now).await {
                tracing::error!(%error, "could not take over jobs");
            }
            if let Err(error) = self.forget_calls(now).await {
                tracing::error!(%error, "could not forget what marketplaces called long ago");
            }
            if let Err(error) = self.technical().forget_expired(now).await {
                tracing::error!(%error, "could not forget what has expired");
            }
            if let Err(error) = self.request_due_invoice_readings().await {
                tracing::error!(%error, "could not ask for invoices");
            }
            if let Err(error) = self.request_due_ticket_readings().await {
                tracing::error!(%error, "could not look after service requests");
            }
            if let Err(error) = self.request_due_sweeps().await {
                tracing::error!(%error, "could not ask for sweeps");
            }
            tokio::select! {
                () = tokio::time::sleep(Duration::from_secs(15)) => {}
                _ = stop.changed() => {}
            }
        }
    }

    async fn claim(&self, limit: usize) -> Vec<Leased> {
        let now = self.env.now();
        self.technical().claim_jobs(now, now + LEASE, limit).await.unwrap_or_else(|error| {
            tracing::error!(%error, "could not take jobs");
            Vec::new()
        })
    }

    async fn run(&self, job: Leased) {
        let ended = Box::pin(run::run(self, &job)).await;
        let now = self.env.now();
        let kind = job.task.kind();
        let written = match &ended {
            JobOutcome::Already => Ok(()),
            JobOutcome::Done => self.technical().finish_job(&job, now).await,
            JobOutcome::Again(at, why) => {
                tracing::info!(job = %job.id, kind, attempt = job.attempt, retry_at = %at, why, "job is tried again");
                self.technical().retry_job(&job, *at, why).await
            }
            JobOutcome::GivenUp(why) => {
                tracing::error!(job = %job.id, kind, attempt = job.attempt, why, "job is given up");
                self.technical().fail_job(&job, why, now).await
            }
            // The job is marked as under way, and stays so.
            JobOutcome::InDoubt(why) => {
                tracing::error!(job = %job.id, kind, attempt = job.attempt, why, "job is in doubt");
                self.technical().fail_job(&job, why, now).await
            }
        };
        if let Err(error) = written {
            tracing::warn!(job = %job.id, kind, %error, "could not write down how a job ended; it will be run again");
        }
    }
}

/// Whether staff decide about a job.
const fn awaits_staff(job: &JobRow) -> bool {
    matches!(job.state, JobState::Failed | JobState::InDoubt)
}
