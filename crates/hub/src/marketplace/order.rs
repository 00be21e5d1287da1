//! A platform's call: planned, applied together with the stored call, planned again after a conflict, and answered. Every
//! call is stored with its reply, for staff, in the transaction that the reply reports on.

use std::collections::BTreeSet;
use std::time::Instant;

use jiff::Timestamp;
use tessera_core::kernel::domain::PublicMailDomains;
use tessera_core::kernel::ids::CallId;
use tessera_core::kernel::phone::Country;
use tessera_core::kernel::plan::{Plan, Stamp};
use tessera_core::marketplace::change::MarketplaceChange;
use tessera_core::marketplace::{Answer, Call, Code, MarketplaceError, Operation, call};
use tessera_core::sync::correlate::Slot;
use tessera_store::StoreError;

use super::{AccountRequest, Deletion, MarketplaceConfig, account_key, ctx};
use crate::commit::{Tx, commit};
use crate::{Config, Hub, HubError};

/// A call of an authenticated platform, as known before it is answered.
#[derive(Debug, Clone)]
pub struct IncomingCall<'a> {
    /// The marketplace.
    pub marketplace: &'a MarketplaceConfig,
    /// The operation; `None` if unknown.
    pub operation: Option<Operation>,
    /// The account id in the request, if any.
    pub account_id: Option<String>,
    /// Whether the call is a test without effect.
    pub is_test: bool,
    /// The request body, redacted.
    pub request: String,
    /// Time of arrival.
    pub at: Timestamp,
    /// Start of the measured duration.
    pub began: Instant,
}

/// The reply to a call.
#[derive(Debug, Clone)]
pub struct Reply {
    /// The answer.
    pub answer: Answer,
    /// The body that the platform receives.
    pub body: String,
}

/// What a call asks for, parsed.
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
    /// The correlation slots of the call's names. They prevent concurrent calls for the same customer from creating one
    /// each.
    fn slots(
        self,
        marketplace: &MarketplaceConfig,
        public: &PublicMailDomains,
        country: Option<Country>,
    ) -> BTreeSet<Slot> {
        let Self::Synchronize(request) = self else { return BTreeSet::new() };
        let account = account_key(&marketplace.name, &request.id).to_string();
        let wanted = marketplace.matching.iter().flat_map(|rule| rule.handles(&request.account, public, country));
        let names = wanted.map(|handle| handle.slot_name()).chain([account]);
        names.map(|name| Slot::of(&name)).collect()
    }
}

impl Hub {
    /// Executes a call, and returns the reply.
    pub async fn carry_out(&self, call: &IncomingCall<'_>, order: Order<'_>) -> Reply {
        match Box::pin(self.commit_order(call, order)).await {
            Ok(reply) => reply,
            Err(error) => self.failed(call, error).await,
        }
    }

    async fn commit_order(&self, call: &IncomingCall<'_>, order: Order<'_>) -> Result<Reply, HubError> {
        let marketplace = call.marketplace;
        commit!(self, &ctx(marketplace), |tx| {
            // Read before all facts that the plan depends on.
            let mut slots = Vec::new();
            let Config { public_mail_domains, locale, .. } = &self.config;
            for slot in order.slots(marketplace, public_mail_domains, locale.country) {
                slots.push((slot, self.reads().correlation_slot(slot).await?));
            }
            let (answer, plan) = self.plan_order(marketplace, order, tx.stamp).await?;
            if !plan.is_empty() && !call.is_test {
                tx.push(MarketplaceChange::TakeSlots(slots), "nobody else has correlated by the same names since");
                tx.extend(plan);
            }
            let (reply, stored) = self.reply_to(call, answer);
            store(tx, stored);
            Ok(reply)
        })
    }

    /// Plans a call and its answer without applying the plan (`H02`).
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

impl Hub {
    /// Rejects a call that cannot be executed, and stores it.
    pub async fn reject_call(&self, call: &IncomingCall<'_>, error: MarketplaceError) -> Reply {
        let (reply, stored) = self.reply_to(call, Answer::Refused(error));
        if let Err(error) = self.store_call(call, &stored).await {
            self.log_failed_request("a marketplace's call could not be written down", &error);
        }
        reply
    }

    /// The reply to a call whose journey failed.
    pub(super) async fn failed(&self, call: &IncomingCall<'_>, error: HubError) -> Reply {
        let code = match &error {
            HubError::Busy => Code::Busy,
            HubError::Store(StoreError::CommitUnknown(_)) => Code::Unconfirmed,
            _ => Code::Unavailable,
        };
        self.log_failed_request("a marketplace's call could not be answered", &error);
        self.reject_call(call, MarketplaceError::plain(code)).await
    }

    /// Replies to a call that has changed nothing.
    pub(super) async fn reply_and_store(&self, call: &IncomingCall<'_>, answer: Answer) -> Result<Reply, HubError> {
        let (reply, stored) = self.reply_to(call, answer);
        self.store_call(call, &stored).await?;
        Ok(reply)
    }

    async fn store_call(&self, call: &IncomingCall<'_>, stored: &Call) -> Result<(), HubError> {
        commit!(self, &ctx(call.marketplace), |tx| {
            store(tx, stored.clone());
            Ok(())
        })
    }

    /// The reply, and the call to store with it.
    fn reply_to(&self, call: &IncomingCall<'_>, answer: Answer) -> (Reply, Call) {
        let body = answer.body();
        let text = body.to_string();
        let stored = Call {
            id: CallId(self.env.uuid()),
            marketplace: call.marketplace.name.clone(),
            operation: call.operation,
            account_id: call.account_id.as_deref().or(answer.account()).map(ToOwned::to_owned),
            at: call.at,
            micros: i64::try_from(call.began.elapsed().as_micros()).unwrap_or(i64::MAX),
            code: answer.code(),
            is_test: call.is_test,
            request: call.request.clone(),
            answer: call::redacted(body),
        };
        (Reply { answer, body: text }, stored)
    }
}

/// Stores a call with its reply.
fn store(tx: &mut Tx<'_>, call: Call) {
    tx.push(MarketplaceChange::KeepCall(Box::new(call)), "staff see what a marketplace asked and was answered");
}
