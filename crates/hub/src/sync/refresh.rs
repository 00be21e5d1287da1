//! Rereads one customer's records.

use std::time::Duration;

use tessera_core::activation;
use tessera_core::kernel::customer::Link;
use tessera_core::kernel::ids::{CustomerId, LinkId};
use tessera_core::kernel::job::Leased;
use tessera_core::kernel::plan::CustomerEdit;
use tessera_core::kernel::record::{Kind, Observation};
use tessera_core::sync::jobs::{ConfirmAbsence, Refresh};
use tessera_core::sync::reconcile::{self, Why};

use crate::commit::commit;
use crate::jobs::{JobOutcome, Run};
use crate::ports::Priority;
use crate::sync::apply_observation::ReadRecord;
use crate::sync::fetch_customer::Fetch;
use crate::sync::sweep::Verdict;
use crate::{Ctx, Hub, HubError};

impl Run for ConfirmAbsence {
    const TIME_LIMIT: Duration = Duration::from_mins(2);

    async fn run(&self, hub: &Hub, job: &Leased) -> Result<JobOutcome, HubError> {
        hub.refresh(self.customer_id, job).await?;
        Ok(JobOutcome::Already)
    }
}

impl Run for Refresh {
    const TIME_LIMIT: Duration = Duration::from_mins(2);

    async fn run(&self, hub: &Hub, job: &Leased) -> Result<JobOutcome, HubError> {
        hub.refresh(self.customer_id, job).await?;
        Ok(JobOutcome::Already)
    }
}

impl Hub {
    /// Requests that a customer's records be read again soon.
    pub async fn request_refresh(&self, customer_id: CustomerId, ctx: &Ctx) -> Result<(), HubError> {
        commit!(self, ctx, |tx| {
            tx.enqueue(Refresh { customer_id }, "somebody wants it read again");
            Ok(())
        })
    }

    /// Rereads a customer's records and reconciles them. The job finishes in the same transaction.
    pub(crate) async fn refresh(&self, customer_id: CustomerId, job: &Leased) -> Result<(), HubError> {
        let links = self.reads().links(customer_id).await?;
        let requester = links.iter().find(|link| link.ended.is_none() && link.record.kind == Kind::Requester);
        let Some(link) = requester else { return Ok(self.technical().finish_job(job, self.env.now()).await?) };
        let read_at = self.env.reading();
        let seen = self.read(&link.record, Priority::Background).await?;
        let verdict = self.apply_observation(&seen, &Ctx::background()).await?;
        let (Verdict::Go, ReadRecord::There(requester)) = (verdict, seen) else {
            // The requester was merged, is missing, or is gone. The consequences are already applied, and a reading of
            // any merge target is requested. Changes held by the brake are not applied before a decision.
            return Ok(self.technical().finish_job(job, self.env.now()).await?);
        };
        let contacts = self.read_contacts(&requester, Priority::Background).await?;
        let linked_contact = self.read_linked_contact(&links, &contacts).await?;
        let assets = self.read_assets(&link.record.external_id, Priority::Background).await?;
        let reading = Fetch { requester: *requester, contacts, linked_contact, assets, read_at };

        commit!(self, &Ctx::background().ending(job), |tx| {
            // The requester may have been unlinked, or linked to another customer, while it was read.
            let owner = self.reads().customer_of(&reading.requester.key).await?;
            let Some(customer) = owner.filter(|owner| owner.id == customer_id) else { return Ok(()) };
            let facts = self.facts(&reading, Some(&customer)).await?;
            let mut draft = CustomerEdit::of(customer, tx.stamp);
            reconcile::reconcile(&mut draft, facts, Why::Refresh, tx.stamp);
            tx.extend(draft.finish());
            Ok(())
        })
    }

    /// The linked contact, if the search did not find it: its address may have changed, or it may be gone.
    async fn read_linked_contact(
        &self,
        links: &[Link],
        found: &[Observation],
    ) -> Result<Option<Observation>, HubError> {
        let linked = links.iter().find(|link| link.ended.is_none() && link.record.kind == Kind::Contact);
        let Some(key) = linked.map(|link| &link.record).filter(|key| found.iter().all(|seen| seen.key != **key)) else {
            return Ok(None);
        };
        match self.read(key, Priority::Background).await? {
            ReadRecord::There(contact) => Ok(Some(*contact)),
            missing @ ReadRecord::Missing { .. } => {
                self.apply_observation(&missing, &Ctx::background()).await?;
                Ok(None)
            }
        }
    }

    /// Ends one link of a customer. Ending a sign-in's link frees the identity and ends its sessions.
    ///
    /// # Errors
    /// [`HubError::NotFound`] if the customer has no such active link.
    pub async fn unlink(&self, customer_id: CustomerId, link_id: LinkId, why: &str, ctx: &Ctx) -> Result<(), HubError> {
        commit!(self, ctx, |tx| {
            let links = self.reads().links(customer_id).await?;
            let link = links.into_iter().find(|link| link.id == link_id && link.ended.is_none());
            let (Some(customer), Some(link)) = (self.reads().customer(customer_id).await?, link) else {
                return Err(HubError::NotFound(format!("customer {customer_id} has no active link {link_id}")));
            };
            let identities = self.reads().identities(customer_id).await?;
            let identity = identities.iter().find(|identity| {
                link.record.kind == Kind::User
                    && identity.sign_in.identity.subject == link.record.external_id
                    && identity.sign_in.provider == link.record.system
            });
            let devices = match link.record.kind {
                Kind::Requester => self.reads().devices_held(&link.record.system, &link.record.external_id).await?,
                Kind::Contact | Kind::Asset | Kind::User | Kind::Account => Vec::new(),
            };
            let plan = activation::unlink(customer, &link, identity, &devices, why, tx.stamp);
            tx.extend(plan);
            Ok(())
        })
    }
}
