//! Preview: the changes that reading a requester's records would cause, without applying them (`H02`).

use tessera_core::kernel::plan::{CustomerEdit, Plan, Stamp};
use tessera_core::sync::reconcile::{self, Why};

use crate::ports::Priority;
use crate::sync::apply_observation::ReadRecord;
use crate::sync::fetch_customer::Fetch;
use crate::{Ctx, Hub, HubError};

impl Hub {
    /// Reads a requester, its contacts and its assets, and plans the changes. Applies nothing.
    ///
    /// # Errors
    /// [`HubError::NotFound`] if the service desk has no such requester, [`HubError::Connect`] if a system does not
    /// answer.
    pub async fn preview(&self, requester_id: &str, ctx: &Ctx) -> Result<Plan, HubError> {
        let read_at = self.env.reading();
        let requester = self.desk.requester(requester_id, Priority::Interactive).await?;
        let requester =
            requester.ok_or_else(|| HubError::NotFound(format!("the service desk has no requester {requester_id}")))?;
        let contacts = self.read_contacts(&requester, Priority::Interactive).await?;
        let assets = self.fetch_assets(requester_id, Priority::Interactive).await?;

        let mint = || self.env.uuid();
        let (now, reading) = (self.env.now(), self.env.reading());
        let stamp = Stamp { now, reading, actor: &ctx.actor, channel: ctx.channel, mint: &mint };
        let mut plan = Plan::default();
        for seen in assets.elsewhere.into_iter().map(Box::new).map(ReadRecord::There).chain(assets.missing) {
            plan.extend(self.plan_observed(&seen, stamp).await?.unwrap_or_default().plan);
        }
        let Some(customer) = self.reads().customer_of(&requester.key).await? else {
            // No customer is linked to the requester: the readings become records, and nothing else.
            for seen in assets.theirs.into_iter().chain([requester]).map(Box::new).map(ReadRecord::There) {
                plan.extend(self.plan_observed(&seen, stamp).await?.unwrap_or_default().plan);
            }
            return Ok(plan);
        };
        let reading = Fetch { requester, contacts, linked_contact: None, assets: assets.theirs, read_at };
        let facts = self.facts(&reading, Some(&customer)).await?;
        let mut draft = CustomerEdit::of(customer, stamp);
        reconcile::reconcile(&mut draft, facts, Why::Refresh, stamp);
        plan.extend(draft.finish());
        Ok(plan)
    }
}
