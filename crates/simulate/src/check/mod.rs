//! The promises, checked when the hub is quiet: by what is in its database and what is true outside.

mod effects;
mod equal;
mod orders;
mod vendors;

use std::collections::BTreeSet;
use std::sync::Arc;

use tessera_core::kernel::ids::ServiceRequestId;
use tessera_hub::audit;
use tessera_store::{JobRow, JobState, Store};

use crate::outside::World;
use crate::story::Acknowledged;

/// How many rows of a kind are looked at. No story makes so many.
const LIMIT: usize = 10_000;

/// What was found.
#[derive(Debug, Default)]
pub struct Findings {
    /// What was acknowledged and is not there.
    pub lost: Vec<String>,
    /// What happened more than once.
    pub doubled: Vec<String>,
    /// Any other promise that was broken.
    pub wrong: Vec<String>,
    /// E-mails of which nobody knows whether they were sent, as the hub lists them.
    pub in_doubt: usize,
}

/// The check of one story.
#[derive(Debug)]
pub struct Check<'a> {
    store: &'a Store,
    world: &'a World,
    acknowledged: &'a Acknowledged,
    /// Jobs that were given up, or are in doubt, as staff see them.
    listed: Vec<JobRow>,
    /// Requests that were closed before they had a ticket.
    withdrawn: BTreeSet<ServiceRequestId>,
    findings: Findings,
}

type Checked = Result<(), tessera_store::StoreError>;

/// Checks everything.
pub async fn check(store: &Store, world: &Arc<World>, acknowledged: &Acknowledged) -> Findings {
    let (listed, withdrawn, findings) = (Vec::new(), BTreeSet::new(), Findings::default());
    let mut check = Check { store, world, acknowledged, listed, withdrawn, findings };
    if let Err(error) = check.everything().await {
        check.findings.wrong.push(format!("the database cannot be read: {error}"));
    }
    check.findings
}

impl Check<'_> {
    async fn everything(&mut self) -> Checked {
        self.jobs().await?;
        self.timelines().await?;
        self.invitations().await?;
        self.emails();
        self.requests().await?;
        self.comments().await?;
        self.writes().await?;
        self.activations().await?;
        self.accounts().await?;
        self.vendors().await?;
        self.orders().await?;
        self.assets().await?;
        self.people().await?;
        self.invoices().await
    }

    /// No job runs or is due. What was given up is listed, and nothing but e-mails is in doubt.
    async fn jobs(&mut self) -> Checked {
        let now = tessera_core::kernel::clock::Clock::now(&self.world.scene.clocks);
        for job in self.store.jobs(JobState::Running, LIMIT).await? {
            self.findings.wrong.push(format!("{} runs for ever", job.task.kind()));
        }
        for job in self.store.jobs(JobState::Waiting, LIMIT).await? {
            if job.run_at <= now {
                self.findings.wrong.push(format!("{} is due and does not run: {:?}", job.task.kind(), job.error));
            }
        }
        for job in self.store.jobs(JobState::Failed, LIMIT).await? {
            self.findings.wrong.push(format!("{} failed although all is well: {:?}", job.task.kind(), job.error));
            self.listed.push(job);
        }
        let in_doubt = self.store.jobs(JobState::InDoubt, LIMIT).await?;
        self.findings.in_doubt = in_doubt.len();
        self.listed.extend(in_doubt);
        Ok(())
    }

    /// Every timeline is whole.
    async fn timelines(&mut self) -> Checked {
        let mut broken = Vec::new();
        let verified = audit::verify(self.store, None, |finding| broken.push(format!("{finding:?}"))).await;
        self.findings.wrong.extend(broken);
        if let Err(error) = verified {
            self.findings.wrong.push(format!("the timelines cannot be verified: {error}"));
        }
        Ok(())
    }
}
