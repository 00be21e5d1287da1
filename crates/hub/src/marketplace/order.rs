//! One call of a platform carried out: planned, applied together with what is kept of it, and planned again when the world moved meanwhile.

use std::collections::BTreeSet;

use tessera_core::kernel::plan::{Plan, Stamp};
use tessera_core::marketplace::change::MarketplaceChange;
use tessera_core::sync::correlate::Slot;

use super::{AccountRequest, Answer, Deletion, Keep, MarketplaceConfig, account_key, ctx};
use crate::commit::commit;
use crate::{Hub, HubError};

/// What a platform wants done.
#[derive(Debug, Clone, Copy)]
pub enum Order<'a> {
    /// Make a customer, or bring it up to date (`M07`).
    Synchronize(&'a AccountRequest),
    /// Say whether there is one (`M16`).
    Exists(&'a AccountRequest),
    /// Delete one (`M15`).
    Delete(&'a Deletion),
}

impl Order<'_> {
    const fn is_test(self) -> bool {
        match self {
            Self::Synchronize(request) | Self::Exists(request) => request.is_test,
            Self::Delete(deletion) => deletion.is_test,
        }
    }

    /// By what its customer is known: orders that name the same customer must not both find nobody and each make one.
    fn slots(self, marketplace: &MarketplaceConfig) -> BTreeSet<Slot> {
        let Self::Synchronize(request) = self else { return BTreeSet::new() };
        let account = account_key(&marketplace.name, &request.id).to_string();
        let wanted = marketplace.matching.iter().flat_map(|rule| rule.handles(&request.account));
        let names = wanted.map(|handle| format!("{} {}", handle.kind.as_str(), handle.value)).chain([account]);
        names.map(|name| Slot::of(&name)).collect()
    }
}

impl Hub {
    /// Carries an order out, and answers it.
    pub async fn carry_out(&self, marketplace: &MarketplaceConfig, order: Order<'_>, keep: Keep<'_>) -> Answer {
        match Box::pin(self.commit_order(marketplace, order, keep)).await {
            Ok(answer) => answer,
            Err(error) => self.failed(error, keep).await,
        }
    }

    async fn commit_order(
        &self,
        marketplace: &MarketplaceConfig,
        order: Order<'_>,
        keep: Keep<'_>,
    ) -> Result<Answer, HubError> {
        commit!(self, &ctx(marketplace), |tx| {
            // Read before anything the plan rests on.
            let mut slots = Vec::new();
            for slot in order.slots(marketplace) {
                slots.push((slot, self.reads().correlation_slot(slot).await?));
            }
            let (answer, plan) = self.plan_order(marketplace, order, tx.stamp).await?;
            if !plan.is_empty() && !order.is_test() {
                tx.push(MarketplaceChange::TakeSlots(slots), "nobody else has correlated by the same names since");
                tx.extend(plan);
            }
            let call = MarketplaceChange::KeepCall(Box::new(keep(&answer)));
            tx.push(call, "staff see what a marketplace asked and was answered");
            Ok(answer)
        })
    }

    /// What an order would be answered, and what it would change. Nothing is applied (`H02`).
    pub async fn preview_order(
        &self,
        marketplace: &MarketplaceConfig,
        order: Order<'_>,
    ) -> Result<(Answer, Plan), HubError> {
        let (ctx, mint) = (ctx(marketplace), || self.env.uuid());
        let (now, reading) = (self.env.now(), self.env.reading());
        let stamp = Stamp { now, reading, actor: &ctx.actor, channel: ctx.channel, mint: &mint };
        self.plan_order(marketplace, order, stamp).await
    }

    async fn plan_order(
        &self,
        marketplace: &MarketplaceConfig,
        order: Order<'_>,
        stamp: Stamp<'_>,
    ) -> Result<(Answer, Plan), HubError> {
        match order {
            Order::Synchronize(request) => Box::pin(self.plan_synchronize(marketplace, request, stamp)).await,
            Order::Exists(request) => self.plan_exists(marketplace, request, stamp).await,
            Order::Delete(deletion) => self.plan_delete(marketplace, deletion, stamp).await,
        }
    }
}
