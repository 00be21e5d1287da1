//! Orders after they were placed: cancelled, mended by the buyer, tried again and executed by staff.

use std::collections::{BTreeMap, BTreeSet};

use tessera_core::kernel::customer::SignIn;
use tessera_core::kernel::ids::{AccountOperationId, OrderId, ServiceManagerId};
use tessera_core::marketplace_platform::change::PlatformChange;
use tessera_core::marketplace_platform::fields::filled;
use tessera_core::marketplace_platform::jobs::RunAccountOperation;
use tessera_core::marketplace_platform::operation::MAX_MENDED;
use tessera_core::marketplace_platform::{AccountOperation, AccountState, Outcome, PlatformError};
use tessera_core::storefront::change::StorefrontChange;
use tessera_core::storefront::details::{self, is_for_customers};
use tessera_core::storefront::event::StorefrontEvent;
use tessera_core::storefront::{Fulfilment, LineState, Order, OrderLine, StorefrontError};

use super::checkout::named;
use crate::commit::{Tx, commit};
use crate::{Ctx, DueDetails, Hub, HubError};

impl Hub {
    /// Cancels an order of which nothing was sent to a vendor.
    ///
    /// # Errors
    /// [`StorefrontError::Sent`] if something was.
    pub async fn cancel_order(&self, id: OrderId, ctx: &Ctx) -> Result<(), HubError> {
        commit!(self, ctx, |tx| {
            let order = self.order(id).await?;
            if order.cancelled_at.is_some() {
                return Err(StorefrontError::Cancelled.into());
            }
            if !order.may_be_cancelled() {
                return Err(StorefrontError::Sent.into());
            }
            let waiting = order.lines.iter().filter(|line| line.state() == LineState::Placed);
            let operations: BTreeSet<AccountOperationId> = waiting.filter_map(OrderLine::operation).collect();
            for operation in operations {
                self.plan_end_of_unsent(&order, operation, tx).await?;
            }
            // An account that is being deleted is ordered for no more.
            if self.marketplace_account(order.account).await?.state == AccountState::Active {
                self.touch_account(order.account, AccountState::Active, AccountState::Active, tx).await?;
            }
            let (at, by) = (tx.stamp.now, tx.stamp.actor.to_string());
            tx.push(StorefrontChange::CancelOrder { order: id, at, by }, "nothing was sent to a vendor");
            self.note_on_order(&order, StorefrontEvent::OrderCancelled { number: order.number() }, tx).await
        })
    }

    /// Plans the end of an operation, unless another order waits for it, or it was requested before the order.
    async fn plan_end_of_unsent(
        &self,
        order: &Order,
        operation: AccountOperationId,
        tx: &mut Tx<'_>,
    ) -> Result<(), HubError> {
        if self.account_operation(operation).await?.created_at < order.placed_at {
            return Ok(());
        }
        let others: BTreeSet<OrderId> = self.reads().orders_on_operation(operation).await?.into_iter().collect();
        let mut is_awaited = false;
        for other in others.into_iter().filter(|other| *other != order.id) {
            is_awaited |= self.order(other).await?.cancelled_at.is_none();
        }
        if !is_awaited {
            let outcome = Box::new(Outcome::cancelled(None, &format!("order {} was cancelled", order.number())));
            let end = StorefrontChange::CancelUnsent { operation, outcome, at: tx.stamp.now };
            tx.push(end, "its order is cancelled, and nothing was sent");
        }
        Ok(())
    }

    /// Has what failed of an order tried again.
    ///
    /// # Errors
    /// [`StorefrontError::NotFailed`] if nothing has failed; [`PlatformError`] if the account does not allow it any more.
    pub async fn retry_order(&self, id: OrderId, ctx: &Ctx) -> Result<(), HubError> {
        let failed = failed_operations(&self.order(id).await?)?;
        for operation in failed {
            self.retry_account_operation(operation, ctx).await?;
        }
        Ok(())
    }

    /// Executes what waits for staff: each vendor is called, unless the account is its customer already (`M14`).
    ///
    /// # Errors
    /// [`StorefrontError::NothingWaits`] if nothing waits; [`PlatformError::Invalid`] if a value is missing, which staff
    /// enter in the account's synchronization options.
    pub async fn execute_order(&self, id: OrderId, ctx: &Ctx) -> Result<(), HubError> {
        commit!(self, ctx, |tx| {
            let order = self.order(id).await?;
            if order.cancelled_at.is_some() {
                return Err(StorefrontError::Cancelled.into());
            }
            if !order.waits_for_staff() {
                return Err(StorefrontError::NothingWaits.into());
            }
            let account = self.marketplace_account(order.account).await?;
            if account.state != AccountState::Active {
                return Err(PlatformError::AccountDeleted.into());
            }
            self.touch_account(account.id, AccountState::Active, AccountState::Active, tx).await?;
            let mut ways: BTreeMap<ServiceManagerId, Fulfilment> = BTreeMap::new();
            for (number, line) in order.lines.iter().enumerate() {
                if line.fulfilment != Fulfilment::Waiting {
                    continue;
                }
                let way = if let Some(way) = ways.get(&line.service_manager) {
                    *way
                } else {
                    let vendor = self.service_manager(line.service_manager).await?;
                    if let Some(fields) = vendor.known_fields() {
                        filled(fields, &self.values_at(account.id, vendor.id).await?, &account.profile)?;
                    }
                    self.way(Some(&account), account.id, vendor.id, true, tx).await?
                };
                ways.insert(line.service_manager, way);
                let fulfil = StorefrontChange::Fulfil { order: id, line: number, fulfilment: way };
                tx.push(fulfil, "staff execute the order");
            }
            Ok(())
        })
    }

    /// The "Service Details" of an order that a vendor refused with a code for the customer, who may mend them.
    pub async fn details_to_mend(&self, order: &Order) -> Result<Vec<DueDetails>, HubError> {
        let (mut mendable, mut seen) = (Vec::new(), BTreeSet::new());
        for line in &order.lines {
            let code = line.progress.as_ref().and_then(|progress| progress.code);
            let refused = order.cancelled_at.is_none() && line.state() == LineState::Failed && is_for_customers(code);
            // Anyone who tries again and again asks the vendor who its customers are.
            let often = line.progress.as_ref().is_some_and(|progress| progress.attempts >= MAX_MENDED);
            if !refused || often || !seen.insert(line.service_manager) {
                continue;
            }
            let Some(vendor) = self.reads().service_manager(line.service_manager).await? else { continue };
            if details::asked(&vendor.fields).next().is_some() {
                let values = self.values_at(order.account, vendor.id).await?;
                mendable.push(DueDetails { vendor, values });
            }
        }
        Ok(mendable)
    }

    /// Stores other "Service Details" of an order that a vendor refused, and has it tried again.
    ///
    /// # Errors
    /// [`StorefrontError::NotFailed`] if nothing was refused with a code for the customer; [`StorefrontError::Invalid`] if
    /// an answer does not fit.
    pub async fn mend_order(
        &self,
        sign_in: &SignIn,
        id: OrderId,
        entered: &BTreeMap<ServiceManagerId, BTreeMap<String, String>>,
    ) -> Result<(), HubError> {
        let buyer = self.buyer(sign_in).await?;
        commit!(self, &buyer.ctx(), |tx| {
            let order = self.order(id).await?;
            if buyer.account.as_ref().map(|account| account.id) != Some(order.account) {
                return Err(HubError::NotFound(format!("there is no order {id}")));
            }
            let mendable = self.details_to_mend(&order).await?;
            if mendable.is_empty() {
                return Err(StorefrontError::NotFailed.into());
            }
            let account = self.marketplace_account(order.account).await?;
            if account.state != AccountState::Active {
                return Err(StorefrontError::AccountDeleted.into());
            }
            self.touch_account(account.id, AccountState::Active, AccountState::Active, tx).await?;
            let (mut problems, none) = (Vec::new(), BTreeMap::new());
            for DueDetails { vendor, .. } in &mendable {
                match details::checked(&vendor.fields, entered.get(&vendor.id).unwrap_or(&none)) {
                    Ok(values) => {
                        let (account, at) = (account.id, tx.stamp.now);
                        let put = PlatformChange::PutValues { account, service_manager: vendor.id, values, at };
                        tx.push(put, "the buyer entered them anew");
                    }
                    Err(error) => problems.extend(named(vendor.id, error)),
                }
                let of_vendor = order.lines.iter().filter(|line| line.service_manager == vendor.id);
                let failed: BTreeSet<_> = of_vendor.filter_map(OrderLine::operation).collect();
                let pending = self.reads().pending_operations(account.id).await?;
                let in_the_way = |other: &AccountOperation| other.service_manager.is_none_or(|it| it == vendor.id);
                if pending.iter().any(in_the_way) {
                    return Err(StorefrontError::UnderWay.into());
                }
                // A vendor has one open operation of an account, so the newest one stands for all.
                if let Some(operation_id) = failed.into_iter().next_back() {
                    tx.push(PlatformChange::RetryOperation(operation_id), "the buyer mended what was refused");
                    let (service_manager_id, since) = (Some(vendor.id), Some(tx.stamp.now));
                    let job = RunAccountOperation { operation_id, service_manager_id, bulk: false, since };
                    tx.enqueue(job, "the buyer mended what was refused");
                }
            }
            if problems.is_empty() { Ok(()) } else { Err(StorefrontError::Invalid(problems).into()) }
        })
    }

    async fn order(&self, id: OrderId) -> Result<Order, HubError> {
        let order = self.reads().order(id).await?;
        order.ok_or_else(|| HubError::NotFound(format!("there is no order {id}")))
    }

    async fn note_on_order(&self, order: &Order, event: StorefrontEvent, tx: &mut Tx<'_>) -> Result<(), HubError> {
        let note = self.note_on_account(order.account, event, tx.stamp).await?;
        tx.extend(note);
        Ok(())
    }
}

fn failed_operations(order: &Order) -> Result<BTreeSet<AccountOperationId>, StorefrontError> {
    if order.cancelled_at.is_some() {
        return Err(StorefrontError::Cancelled);
    }
    let failed = order.lines.iter().filter(|line| line.may_be_retried());
    let failed: BTreeSet<_> = failed.filter_map(OrderLine::operation).collect();
    if failed.is_empty() { Err(StorefrontError::NotFailed) } else { Ok(failed) }
}
