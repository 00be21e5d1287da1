//! How the outside systems and the hub's own work stand (`H06`).

use jiff::Timestamp;
use tessera_core::kernel::job::Upstream;
use tessera_store::{Reads, StoreError};

use super::Queries;
use super::jobs::{JobNames, LOOKED_AT};
use crate::sync::sweep::alarms;

pub use tessera_store::{Alarm, HookDeliveries, JobCounts, JobRow, JobState, Sweep};

/// What was read, what came in, what waits, and what is wrong.
#[derive(Debug)]
pub struct SystemsOverview {
    /// The last sweep of each kind of record.
    pub sweeps: Vec<Sweep>,
    /// What somebody has to look at, the oldest first.
    pub alarms: Vec<Alarm>,
    /// What came through the hooks.
    pub hooks: Vec<HookDeliveries>,
    /// How many jobs there are.
    pub jobs: JobCounts,
}

/// The same with the jobs that failed, for the page.
#[derive(Debug)]
pub struct SystemsPage {
    /// How everything stands.
    pub overview: SystemsOverview,
    /// Jobs that were given up.
    pub failed: Vec<JobRow>,
    /// Jobs that failed and are tried again, the next one first.
    pub retrying: Vec<JobRow>,
    /// Whom these jobs concern.
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
    /// How everything stands.
    pub async fn systems_overview(&self) -> Result<SystemsOverview, StoreError> {
        overview(&self.snapshot().await?, self.hub.env.now()).await
    }

    /// The same with as many of the jobs that failed.
    pub async fn systems_page(&self, size: usize) -> Result<SystemsPage, StoreError> {
        let store = self.snapshot().await?;
        let overview = overview(&store, self.hub.env.now()).await?;
        let failed = store.jobs(JobState::Failed, size).await?;
        let mut retrying = store.jobs(JobState::Waiting, LOOKED_AT).await?;
        retrying.retain(|job| job.error.is_some());
        retrying.sort_by_key(|job| job.run_at);
        retrying.truncate(size);
        let names = JobNames::of(&store, failed.iter().chain(&retrying).map(|job| &job.task)).await?;
        let upstreams = self.upstreams(&store).await?;
        Ok(SystemsPage { overview, failed, retrying, names, upstreams })
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
