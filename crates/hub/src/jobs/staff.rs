//! Staff actions on jobs: retry or dismiss jobs that were given up; pause and resume the jobs of an outside system.

use tessera_core::kernel::ids::JobId;
use tessera_core::kernel::job::Upstream;
use tessera_core::kernel::job::change::JobChange;
use tessera_core::kernel::job::event::JobEvent;
use tessera_store::{Conflict, JobRow, JobState, StoreError};

use crate::commit::commit;
use crate::{Ctx, Hub, HubError};

/// Maximum number of jobs per retry of a group.
const AT_ONCE: usize = 500;

/// A group of jobs that staff retry together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum JobGroup {
    /// Jobs of one kind.
    Kind(String),
    /// Jobs that depend on one outside system.
    System(Upstream),
}

impl Hub {
    /// Retries jobs that were given up, up to 500 at once, and returns their number. Of equal jobs it retries one, and
    /// none if an equal job already waits.
    pub async fn retry_jobs(&self, group: &JobGroup, ctx: &Ctx) -> Result<usize, HubError> {
        commit!(self, ctx, |tx| {
            let mut jobs = self.reads().revivable_jobs(AT_ONCE).await?;
            jobs.retain(|job| match group {
                JobGroup::Kind(kind) => job.task.kind() == kind,
                JobGroup::System(system) => job.task.pool().systems().contains(system),
            });
            for job in &jobs {
                tx.push(JobChange::Revive { id: job.id, at: tx.stamp.now }, "staff have it tried again");
            }
            if !jobs.is_empty() {
                let (kind, system) = match group {
                    JobGroup::Kind(kind) => (Some(kind.clone()), None),
                    JobGroup::System(system) => (None, Some(*system)),
                };
                let mut operator = self.draft_of(self.customer_or_operator(None).await?, tx.stamp);
                operator.note(JobEvent::JobsRetried { kind, system, jobs: jobs.len() });
                tx.extend(operator.finish());
            }
            Ok(jobs.len())
        })
    }

    /// Pauses the jobs of an outside system until it is resumed. Running jobs finish.
    pub async fn pause_system(&self, system: Upstream, ctx: &Ctx) -> Result<(), HubError> {
        commit!(self, ctx, |tx| {
            if self.is_paused(system).await? {
                return Ok(());
            }
            let pause = JobChange::Pause { system, at: tx.stamp.now, by: tx.stamp.actor.to_string() };
            tx.push(pause, "staff want it left alone");
            let mut operator = self.draft_of(self.customer_or_operator(None).await?, tx.stamp);
            operator.note(JobEvent::SystemPaused { system });
            tx.extend(operator.finish());
            Ok(())
        })
    }

    /// Resumes the jobs of an outside system.
    pub async fn resume_system(&self, system: Upstream, ctx: &Ctx) -> Result<(), HubError> {
        commit!(self, ctx, |tx| {
            if !self.is_paused(system).await? {
                return Ok(());
            }
            tx.push(JobChange::Resume { system }, "staff let it go on");
            let mut operator = self.draft_of(self.customer_or_operator(None).await?, tx.stamp);
            operator.note(JobEvent::SystemResumed { system });
            tx.extend(operator.finish());
            Ok(())
        })
    }

    async fn is_paused(&self, system: Upstream) -> Result<bool, StoreError> {
        Ok(self.reads().paused_systems().await?.iter().any(|paused| paused.system == system))
    }

    /// Retries a job that was given up or is in doubt.
    ///
    /// # Errors
    /// [`HubError::NotFound`] if the job does not exist or was not given up.
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
            operator.note(JobEvent::JobRetried { job_id: id, kind, in_doubt });
            tx.push(JobChange::Revive { id, at: tx.stamp.now }, "staff have it tried again");
            tx.extend(operator.finish());
            Ok(())
        })
    }

    /// Dismisses a job that was given up or is in doubt: it is not retried, and no longer causes a warning.
    ///
    /// # Errors
    /// [`HubError::NotFound`] if the job does not exist or was not given up.
    pub async fn dismiss_job(&self, id: JobId, ctx: &Ctx) -> Result<(), HubError> {
        commit!(self, ctx, |tx| {
            let none =
                || HubError::NotFound(format!("job {id} was not dismissed: it is no longer among those given up"));
            let job = self.reads().job(id).await?.filter(awaits_staff).ok_or_else(none)?;
            tx.reject_on(Conflict::Job, none());
            let mut operator = self.draft_of(self.customer_or_operator(None).await?, tx.stamp);
            let (kind, error) = (job.task.kind().to_owned(), job.error.unwrap_or_default().into());
            let in_doubt = job.state == JobState::InDoubt;
            operator.note(JobEvent::JobDismissed { job_id: id, kind, error, in_doubt });
            tx.push(JobChange::Dismiss { id, at: tx.stamp.now }, "staff have settled it otherwise");
            tx.extend(operator.finish());
            Ok(())
        })
    }
}

/// Whether a job waits for a decision of staff.
const fn awaits_staff(job: &JobRow) -> bool {
    matches!(job.state, JobState::Failed | JobState::InDoubt)
}
