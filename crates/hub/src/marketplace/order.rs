//! One call of a platform carried out: planned, applied together with what is kept of it, and planned again when the world moved meanwhile.

use std::collections::BTreeSet;
use std::hash::{DefaultHasher, Hash, Hasher};

use tessera_core::plan::{Change, Plan};
use tokio::sync::{Mutex, MutexGuard};

use super::{AccountRequest, Answer, Deletion, Instance, Keep, account_key};
use crate::{Ctx, Hub, HubError};

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

    /// By what its customer is known: whoever names the same waits for whoever came first.
    fn names(self, instance: &Instance) -> Vec<String> {
        let Self::Synchronize(request) = self else { return Vec::new() };
        let account = account_key(&instance.name, &request.id).to_string();
        let wanted = instance.matching.iter().flat_map(|rule| rule.wanted(&request.account));
        wanted.map(|handle| format!("{} {}", handle.kind.as_str(), handle.value)).chain([account]).collect()
    }
}

impl Hub {
    /// Carries an order out, and answers it.
    pub async fn carry_out(&self, instance: &Instance, order: Order<'_>, keep: Keep<'_>) -> Answer {
        let _lanes = self.lanes().enter(&order.names(instance)).await;
        match Box::pin(self.attempt(instance, order, keep)).await {
            Ok(answer) => answer,
            Err(error) => self.failed(error, keep).await,
        }
    }

    async fn attempt(&self, instance: &Instance, order: Order<'_>, keep: Keep<'_>) -> Result<Answer, HubError> {
        self.commit(ctx, async |tx| {
            let (answer, mut plan) = self.plan_order(instance, order).await?;
            if plan.is_empty() || order.is_test() {
                self.store.keep_call(&keep(&answer)).await?;
                return Ok(answer);
            }
            let call = Change::KeepCall(Box::new(keep(&answer)));
            plan.push(call, "staff see what a marketplace asked and was answered");
            tx.extend(plan);
            Ok(answer)
        })
        .await
    }

    /// What an order would be answered, and what it would change. Nothing is applied (`H02`).
    pub async fn plan_order(&self, instance: &Instance, order: Order<'_>) -> Result<(Answer, Plan), HubError> {
        match order {
            Order::Synchronize(request) => Box::pin(self.plan_synchronize(instance, request)).await,
            Order::Exists(request) => self.plan_exists(instance, request).await,
            Order::Delete(deletion) => self.plan_delete(instance, deletion).await,
        }
    }
}

/// How many lanes there are: so many that orders about different customers seldom meet.
const LANES: usize = 4096;

/// Orders that name the same customer go one by one. Two accounts with the same domain, both new, would otherwise each find nobody and
/// each make a customer; and the hundredth change of one account at once would be told that others are changing it.
#[derive(Debug)]
pub(crate) struct Lanes(Vec<Mutex<()>>);

impl Default for Lanes {
    fn default() -> Self {
        Self((0..LANES).map(|_| Mutex::new(())).collect())
    }
}

impl Lanes {
    /// Waits for whoever names one of the same. Lanes are entered in their order, so that nobody waits in a circle.
    async fn enter(&self, names: &[String]) -> Vec<MutexGuard<'_, ()>> {
        let lanes: BTreeSet<usize> = names.iter().map(|name| lane(name, self.0.len())).collect();
        let mut entered = Vec::with_capacity(lanes.len());
        for lane in lanes.into_iter().filter_map(|lane| self.0.get(lane)) {
            entered.push(lane.lock().await);
        }
        entered
    }
}

fn lane(name: &str, lanes: usize) -> usize {
    let mut hasher = DefaultHasher::new();
    name.hash(&mut hasher);
    usize::try_from(hasher.finish() % lanes.max(1) as u64).unwrap_or_default()
}
