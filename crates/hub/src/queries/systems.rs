//! How the outside systems and the hub's own work stand (`H06`).

use jiff::Timestamp;
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
    /// Jobs whose e-mail may have been sent.
    pub in_doubt: Vec<JobRow>,
    /// Jobs that failed and are tried again, the next one first.
    pub retrying: Vec<JobRow>,
    /// Whom these jobs concern.
    pub names: JobNames,
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
