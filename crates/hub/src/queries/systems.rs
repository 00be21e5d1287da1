//! The state of the outside systems and of the hub's own jobs (`H06`).

use jiff::Timestamp;
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
        Ok(SystemsPage { overview, failed, in_doubt, retrying, names })
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
