//! Executes one call of a platform: plans it, applies the plan together with the stored call, and plans again after a
//! conflict.

use std::collections::BTreeSet;

use tessera_core::kernel::plan::{Plan, Stamp};
use tessera_core::marketplace::change::MarketplaceChange;
use tessera_core::sync::correlate::Slot;

use super::{AccountRequest, Answer, Deletion, Keep, MarketplaceConfig, account_key, ctx};
use crate::commit::commit;
use crate::{Hub, HubError};

/// A call of a platform.
#[derive(Debug, Clone, Copy)]
pub enum Order<'a> {
    /// Create or update a customer (`M07`).
    Synchronize(&'a AccountRequest),
    /// Check whether a customer exists (`M16`).
    Exists(&'a AccountRequest),
    /// Delete a customer (`M15`).
    Delete(&'a Deletion),
}

impl Order<'_> {
    const fn is_test(self) -> bool {
        match self {
            Self::Synchronize(request) | Self::Exists(request) => request.is_test,
            Self::Delete(deletion) => deletion.is_test,
        }
    }

    /// The correlation slots of the call's names. They prevent concurrent calls for the same customer from creating one
    /// each.
    fn slots(self, marketplace: &MarketplaceConfig) -> BTreeSet<Slot> {
        let Self::Synchronize(request) = self else { return BTreeSet::new() };
        let account = account_key(&marketplace.name, &request.id).to_string();
        let wanted = marketplace.matching.iter().flat_map(|rule| rule.handles(&request.account));
        let names = wanted.map(|handle| format!("{} {}", handle.kind.as_str(), handle.value)).chain([account]);
        names.map(|name| Slot::of(&name)).collect()
    }
}

impl Hub {
    /// Executes a call and returns its answer.
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
            // Read before all facts that the plan depends on.
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

    /// Plans a call and its answer without applying the plan (`H02`).
    pub async fn preview_order(
        &self,
        marketplace: &MarketplaceConfig,
        order: Order<'_>,
    ) -> Result<(Answer, Plan), HubError> {
        let (ctx, mint) = (ctx(marketplace), || self.env.uuid());
        let stamp = Stamp { now: self.env.now(), actor: &ctx.actor, channel: ctx.channel, mint: &mint };
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
