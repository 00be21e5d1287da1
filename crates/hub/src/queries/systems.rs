//! The state of the outside systems and of the hub's own jobs (`H06`).

use jiff::Timestamp;
use tessera_core::kernel::job::Upstream;
use tessera_store::{Reads, StoreError};

use super::Queries;
use super::jobs::{JobNames, LOOKED_AT};
use crate::sync::sweep::alarms;

pub use tessera_store::{Alarm, HookDeliveries, JobCounts, JobRow, JobState, Sweep};

/// An overview of sweeps, alarms, webhooks and jobs.
#[derive(Debug)]
pub struct SystemsOverview {
    /// The latest sweep of each kind of record.
    pub sweeps: Vec<Sweep>,
    /// The alarms, oldest first.
    pub alarms: Vec<Alarm>,
    /// The webhook deliveries.
    pub hooks: Vec<HookDeliveries>,
    /// Numbers of jobs.
    pub jobs: JobCounts,
}

/// The overview with the failed jobs, for the page.
#[derive(Debug)]
pub struct SystemsPage {
    /// The overview.
    pub overview: SystemsOverview,
    /// Jobs that have been given up.
    pub failed: Vec<JobRow>,
    /// Jobs in doubt: their e-mail may have been sent.
    pub in_doubt: Vec<JobRow>,
    /// Jobs that have failed and will be retried, next retry first.
    pub retrying: Vec<JobRow>,
    /// Names of the objects that these jobs refer to.
    pub names: JobNames,
    /// The outside systems that jobs depend on.
    pub upstreams: Vec<UpstreamJobs>,
}

/// The jobs of an outside system.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UpstreamJobs {
    /// The system.
    pub system: Upstream,
    /// Jobs that are due.
    pub due: i64,
    /// Jobs that were given up.
    pub failed: i64,
    /// Since when and by whom it is paused, if it is.
    pub paused: Option<(Timestamp, String)>,
}

impl Queries<'_> {
    /// The overview.
    pub async fn systems_overview(&self) -> Result<SystemsOverview, StoreError> {
        overview(&self.snapshot().await?, self.hub.env.now()).await
    }

    /// The overview with up to `size` failed and `size` retrying jobs.
    pub async fn systems_page(&self, size: usize) -> Result<SystemsPage, StoreError> {
        let store = self.snapshot().await?;
        let overview = overview(&store, self.hub.env.now()).await?;
        let failed = store.jobs(JobState::Failed, size).await?;
        let in_doubt = store.jobs(JobState::InDoubt, size).await?;
        let mut retrying = store.jobs(JobState::Waiting, LOOKED_AT).await?;
        retrying.retain(|job| job.error.is_some());
        retrying.sort_by_key(|job| job.run_at);
        retrying.truncate(size);
        let shown = failed.iter().chain(&in_doubt).chain(&retrying);
        let names = JobNames::of(&store, shown.map(|job| &job.task)).await?;
        let upstreams = self.upstreams(&store).await?;
        Ok(SystemsPage { overview, failed, in_doubt, retrying, names, upstreams })
    }

    /// The jobs of each outside system.
    pub async fn upstream_jobs(&self) -> Result<Vec<UpstreamJobs>, StoreError> {
        self.upstreams(&self.snapshot().await?).await
    }

    async fn upstreams(&self, store: &Reads) -> Result<Vec<UpstreamJobs>, StoreError> {
        let paused = store.paused_systems().await?;
        let pools = store.jobs_by_pool(self.hub.env.now(), Timestamp::MIN).await?;
        let there = |system: &Upstream| *system != Upstream::Invoices || self.hub.invoices.is_some();
        let jobs_of = |system: Upstream| {
            let pools = pools.iter().filter(|counts| counts.pool.systems().contains(&system));
            let (due, failed) = pools.fold((0, 0), |(due, failed), counts| (due + counts.due, failed + counts.failed));
            let paused = paused.iter().find(|paused| paused.system == system);
            UpstreamJobs { system, due, failed, paused: paused.map(|paused| (paused.since, paused.by.clone())) }
        };
        Ok(Upstream::ALL.into_iter().filter(there).map(jobs_of).collect())
    }
}

async fn overview(store: &Reads, now: Timestamp) -> Result<SystemsOverview, StoreError> {
    Ok(SystemsOverview {
        sweeps: store.sweeps().await?,
        alarms: alarms(store).await?,
        hooks: store.hook_deliveries().await?,
        jobs: store.job_counts(now).await?,
    })
}
