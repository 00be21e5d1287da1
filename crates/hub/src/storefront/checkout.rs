//! The checkout: what is asked of a buyer, and the order, which is one plan: account, values, order and operations.

use std::collections::{BTreeMap, BTreeSet};

use tessera_core::kernel::customer::SignIn;
use tessera_core::kernel::ids::{MarketplaceAccountId, OrderId, ProductId, ServiceManagerId};
use tessera_core::kernel::money::Money;
use tessera_core::kernel::rejection::FieldProblem;
use tessera_core::marketplace_platform::change::PlatformChange;
use tessera_core::marketplace_platform::fields::filled;
use tessera_core::marketplace_platform::{
    AccountProfile, AccountState, MarketplaceAccount, OperationKind, OperationState, ServiceManager, VendorLink,
};
use tessera_core::storefront::change::StorefrontChange;
use tessera_core::storefront::details::{self, is_for_customers};
use tessera_core::storefront::event::StorefrontEvent;
use tessera_core::storefront::order::{self, MAX_LINES, MAX_QUANTITY};
use tessera_core::storefront::{BillingDetails, Fulfilment, Order, OrderLine, Product, Standing, StorefrontError};

use super::KnownBuyer;
use crate::commit::{Tx, commit_once};
use crate::marketplace_platform::request_operation;
use crate::{Hub, HubError, IdempotencyKey};

/// Purpose of the idempotency keys of orders.
const PURPOSE: &str = "storefront_order";
/// Number of operations among which the newest one at a vendor is looked for.
const OPERATIONS: i64 = 50;

/// An order as it is sent from the checkout.
#[derive(Debug, Clone)]
pub struct Checkout<'a> {
    /// Key of the checkout. One checkout is one order, however often it is sent.
    pub key: String,
    /// Products with their quantities.
    pub items: &'a [(ProductId, u32)],
    /// The total that the buyer has seen.
    pub seen: Option<Money>,
    /// Contact and billing address.
    pub billing: &'a BillingDetails,
    /// Answers to the "Service Details" by vendor.
    pub details: &'a BTreeMap<ServiceManagerId, BTreeMap<String, String>>,
}

/// A vendor whose "Service Details" are due.
#[derive(Debug, Clone)]
pub struct DueDetails {
    /// The vendor, with its options.
    pub vendor: ServiceManager,
    /// What was entered before.
    pub values: BTreeMap<String, String>,
}

impl Hub {
    /// The vendors of products whose "Service Details" are due for a buyer, in the order of the products (`M06`).
    pub async fn due_details(
        &self,
        buyer: &KnownBuyer,
        vendors: impl Iterator<Item = ServiceManagerId>,
    ) -> Result<Vec<DueDetails>, HubError> {
        let (mut due, mut seen) = (Vec::new(), BTreeSet::new());
        for id in vendors {
            if !seen.insert(id) {
                continue;
            }
            let Some(vendor) = self.reads().service_manager(id).await? else { continue };
            let values = self.values_of(buyer.account.as_ref(), id).await?;
            let standing = self.standing(buyer.account.as_ref(), id, &values).await?;
            if details::is_due(&vendor.fields, standing) {
                due.push(DueDetails { vendor, values });
            }
        }
        Ok(due)
    }

    /// Places an order: account, values, order and operations are one transaction.
    ///
    /// # Errors
    /// [`StorefrontError`] if something is missing, is not sold any more, or has another price than the buyer has seen.
    pub async fn place_order(&self, sign_in: &SignIn, checkout: &Checkout<'_>) -> Result<OrderId, HubError> {
        if checkout.items.is_empty() {
            return Err(StorefrontError::Empty.into());
        }
        let ctx = self.buyer(sign_in).await?.ctx();
        let ctx = ctx.with_idempotency(Some(IdempotencyKey { key: checkout.key.clone(), status: 303 }));
        // The key alone says which checkout it is: whatever is typed into a page that is sent a second time, it is the
        // same order.
        let placed: Result<(OrderId, bool), HubError> = commit_once!(self, &ctx, (PURPOSE, PURPOSE), |tx| {
            let buyer = self.buyer(sign_in).await?;
            let products = self.sold(checkout.items).await?;
            let prices = products.iter().map(|(product, quantity)| (&product.draft.price, *quantity));
            let total = order::total(prices).ok_or(StorefrontError::Currencies)?;
            if checkout.seen.is_some_and(|seen| seen != total) {
                return Err(StorefrontError::PriceChanged(total).into());
            }
            let email = buyer.email.clone().ok_or(StorefrontError::NoEmail)?;
            let before = buyer.account.as_ref();
            let profile = checkout.billing.profile(before.map(|account| &account.profile), &email)?.checked()?;
            let account = self.account_to_buy_with(&buyer, &profile, tx).await?;
            let ways = self.ways(&buyer, account, &profile, &products, checkout, tx).await?;
            let line = |(product, quantity): (Product, u32)| OrderLine {
                product: product.id,
                service_manager: product.draft.service_manager,
                fulfilment: ways.get(&product.draft.service_manager).copied().unwrap_or(Fulfilment::Waiting),
                name: product.draft.name,
                quantity,
                price: product.draft.price,
                progress: None,
            };
            let id: OrderId = tx.stamp.id();
            let placed = Order {
                id,
                account,
                total,
                placed_at: tx.stamp.now,
                placed_by: tx.stamp.actor.to_string(),
                cancelled_at: None,
                cancelled_by: None,
                lines: products.into_iter().map(line).collect(),
            };
            tx.push(StorefrontChange::PlaceOrder(Box::new(placed)), "the buyer ordered it");
            let event = StorefrontEvent::OrderPlaced { number: order::number_of(id) };
            let note = self.note_on_account(account, event, tx.stamp).await?;
            tx.extend(note);
            Ok(id)
        });
        Ok(placed?.0)
    }

    /// The products of a basket that are sold, with their quantities.
    async fn sold(&self, items: &[(ProductId, u32)]) -> Result<Vec<(Product, u32)>, HubError> {
        let fits = items.len() <= MAX_LINES && items.iter().all(|(_, quantity)| (1..=MAX_QUANTITY).contains(quantity));
        if !fits {
            let text = format!("at most {MAX_LINES} products, and {MAX_QUANTITY} of each");
            return Err(StorefrontError::Invalid(vec![FieldProblem::new("basket", text)]).into());
        }
        let ids: Vec<ProductId> = items.iter().map(|(id, _)| *id).collect();
        let found = self.reads().products_listed(&ids).await?;
        let mut sold = Vec::new();
        for (id, quantity) in items {
            let product = found.iter().find(|product| product.id == *id && product.draft.visible);
            sold.push((product.ok_or(StorefrontError::NotAvailable)?.clone(), *quantity));
        }
        Ok(sold)
    }

    /// Plans the account with which someone buys: theirs, with what they entered, or a new one.
    async fn account_to_buy_with(
        &self,
        buyer: &KnownBuyer,
        profile: &AccountProfile,
        tx: &mut Tx<'_>,
    ) -> Result<MarketplaceAccountId, HubError> {
        let at = tx.stamp.now;
        let put = |account, replaces| StorefrontChange::PutBuyer { buyer: buyer.buyer.clone(), account, replaces, at };
        let Some(account) = &buyer.account else {
            let id = self.plan_new_account(profile, None, tx).await?;
            let replaces = buyer.replaces.as_ref().map(|account| account.id);
            tx.push(put(id, replaces), "they buy with this account from now on");
            return Ok(id);
        };
        if account.state != AccountState::Active {
            return Err(StorefrontError::AccountDeleted.into());
        }
        if account.profile == *profile {
            self.touch_account(account.id, AccountState::Active, AccountState::Active, tx).await?;
        } else {
            let (id, version, reseller) = (account.id, account.version, account.reseller);
            let profile = Box::new(profile.clone());
            let record = profile.as_record(reseller);
            tx.push(PlatformChange::UpdateAccount { id, version, profile, reseller }, "the buyer entered it");
            let plan = self.plan_changed_record(id, &record, tx.stamp).await?;
            tx.extend(plan);
        }
        if buyer.is_adopted && buyer.buyer.person.is_some() {
            tx.push(put(account.id, Some(account.id)), "the sign-in belongs to a person by now");
        }
        Ok(account.id)
    }

    /// Plans how the products of each vendor are provisioned, with what the buyer entered for it.
    async fn ways(
        &self,
        buyer: &KnownBuyer,
        account: MarketplaceAccountId,
        profile: &AccountProfile,
        products: &[(Product, u32)],
        checkout: &Checkout<'_>,
        tx: &mut Tx<'_>,
    ) -> Result<BTreeMap<ServiceManagerId, Fulfilment>, HubError> {
        let by_staff = self.config.storefront.as_ref().is_some_and(|storefront| storefront.executed_by_staff);
        let (mut ways, mut problems) = (BTreeMap::new(), Vec::new());
        let vendors: BTreeSet<ServiceManagerId> = products.iter().map(|(it, _)| it.draft.service_manager).collect();
        for id in vendors {
            let vendor = self.reads().service_manager(id).await?.ok_or(StorefrontError::NotAvailable)?;
            let mut values = self.values_of(buyer.account.as_ref(), id).await?;
            let standing = self.standing(buyer.account.as_ref(), id, &values).await?;
            if details::is_due(&vendor.fields, standing) {
                let none = BTreeMap::new();
                match details::checked(&vendor.fields, checkout.details.get(&id).unwrap_or(&none)) {
                    Ok(entered) => {
                        values.extend(entered.clone());
                        values.retain(|_, value| !value.is_empty());
                        let at = tx.stamp.now;
                        let put = PlatformChange::PutValues { account, service_manager: id, values: entered, at };
                        tx.push(put, "the buyer entered them");
                    }
                    Err(error) => problems.extend(named(id, error)),
                }
            }
            // What is missing is not for the buyer to enter: then staff execute the order.
            let is_complete = vendor.known_fields().is_some_and(|fields| filled(fields, &values, profile).is_ok());
            let way = if by_staff {
                Fulfilment::Waiting
            } else {
                self.way(buyer.account.as_ref(), account, id, is_complete, tx).await?
            };
            ways.insert(id, way);
        }
        if problems.is_empty() { Ok(ways) } else { Err(StorefrontError::Invalid(problems).into()) }
    }

    /// Plans how something of a vendor is provisioned for an account, which is new if it is not known.
    pub(super) async fn way(
        &self,
        known: Option<&MarketplaceAccount>,
        account: MarketplaceAccountId,
        vendor: ServiceManagerId,
        is_complete: bool,
        tx: &mut Tx<'_>,
    ) -> Result<Fulfilment, HubError> {
        if known.is_some() {
            let link = self.reads().vendor_link(account, vendor).await?;
            if link.as_ref().and_then(VendorLink::active_id).is_some() {
                return Ok(Fulfilment::Linked);
            }
            let pending = self.reads().pending_operations(account).await?;
            if pending.iter().any(|operation| operation.kind == OperationKind::Delete) {
                return Err(StorefrontError::AccountDeleted.into());
            }
            if let Some(same) = pending.iter().find(|operation| operation.service_manager == Some(vendor)) {
                return Ok(Fulfilment::Operation(same.id));
            }
        }
        if !is_complete {
            return Ok(Fulfilment::Waiting);
        }
        Ok(Fulfilment::Operation(request_operation(
            (OperationKind::Synchronize, account, Some(vendor)),
            Some(vendor),
            false,
            tx,
        )))
    }

    async fn values_of(
        &self,
        account: Option<&MarketplaceAccount>,
        vendor: ServiceManagerId,
    ) -> Result<BTreeMap<String, String>, HubError> {
        match account {
            Some(account) => self.values_at(account.id, vendor).await,
            None => Ok(BTreeMap::new()),
        }
    }

    /// What is between an account and a vendor already.
    async fn standing(
        &self,
        account: Option<&MarketplaceAccount>,
        vendor: ServiceManagerId,
        values: &BTreeMap<String, String>,
    ) -> Result<Standing, HubError> {
        let Some(account) = account else { return Ok(Standing::default()) };
        let reads = self.reads();
        let link = reads.vendor_link(account.id, vendor).await?;
        let operations = reads.account_operations(account.id, OPERATIONS).await?;
        let newest = operations.iter().find(|operation| operation.service_manager == Some(vendor));
        Ok(Standing {
            linked: link.as_ref().and_then(VendorLink::active_id).is_some(),
            known: !values.is_empty() || reads.has_ordered(account.id, vendor).await?,
            refused: newest.is_some_and(|it| it.state == OperationState::Failed && is_for_customers(it.code)),
        })
    }
}

/// The problems with the answers for a vendor, each named by vendor and option.
pub(super) fn named(vendor: ServiceManagerId, error: StorefrontError) -> Vec<FieldProblem> {
    match error {
        StorefrontError::Invalid(problems) => problems
            .into_iter()
            .map(|problem| FieldProblem::new(format!("details.{vendor}.{}", problem.field), problem.message))
            .collect(),
        other => vec![FieldProblem::general(other.to_string())],
    }
}
