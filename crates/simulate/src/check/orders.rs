//! Each checkout is one order at most, each acknowledged order is there, and none is left without an end or a reason. A buyer has
//! one account.

use std::collections::BTreeMap;

use tessera_core::kernel::ids::OrderId;
use tessera_core::marketplace_platform::{AccountState, MarketplaceAccount, OperationKind, VendorLink};
use tessera_core::storefront::{Fulfilment, LineState, Order, OrderLine};

use super::{Check, Checked, LIMIT};
use crate::story::{BUYERS, email_of_buyer};

/// Number of operations of an account that are looked at. No story makes so many.
const OPERATIONS: i64 = 1_000;

impl Check<'_> {
    pub(super) async fn orders(&mut self) -> Checked {
        let orders = self.store.orders(None, LIMIT).await?;
        self.checkouts(&orders);
        for order in &orders {
            let Some(account) = self.store.marketplace_account(order.account).await? else {
                self.findings.lost.push(format!("the account of order {}", order.number()));
                continue;
            };
            for line in &order.lines {
                self.line(order, line, &account).await?;
            }
        }
        self.buyers().await
    }

    /// A checkout is told from others by its quantity.
    fn checkouts(&mut self, orders: &[Order]) {
        let mut placed = BTreeMap::<u32, Vec<OrderId>>::new();
        for order in orders {
            let quantity: u32 = order.lines.iter().map(|line| line.quantity).sum();
            placed.entry(quantity).or_default().push(order.id);
        }
        for (checkout, ids) in &placed {
            if ids.len() > 1 {
                self.findings.doubled.push(format!("checkout {checkout} is {ids:?}"));
            }
            if *checkout > self.acknowledged.checkouts {
                self.findings.wrong.push(format!("nobody has sent checkout {checkout}"));
            }
        }
        for (checkout, id) in &self.acknowledged.orders {
            if !placed.get(checkout).is_some_and(|ids| ids.contains(id)) {
                self.findings.lost.push(format!("order {id} of checkout {checkout}"));
            }
        }
    }

    /// A line can be used, was cancelled, or says what it needs.
    async fn line(&mut self, order: &Order, line: &OrderLine, account: &MarketplaceAccount) -> Checked {
        if order.cancelled_at.is_some() {
            return Ok(());
        }
        let what = format!("order {} of {} ({:?})", order.number(), account.profile.name, account.state);
        match line.state() {
            LineState::Cancelled => {}
            // Staff see it in their list, and execute it.
            LineState::Placed if line.fulfilment == Fulfilment::Waiting => {}
            LineState::Placed | LineState::Provisioning => {
                self.findings.wrong.push(format!("{what} never ends: {line:?}"));
            }
            LineState::Failed => {
                let says = |text: Option<&String>| text.is_some_and(|text| !text.is_empty());
                let progress = line.progress.as_ref();
                let staff = says(progress.and_then(|progress| progress.message.as_ref()));
                if !staff || !says(progress.and_then(|progress| progress.customer_message.as_ref())) {
                    self.findings.wrong.push(format!("{what} does not say what it needs: {line:?}"));
                }
            }
            LineState::Active => return self.in_use(&what, line, account).await,
        }
        Ok(())
    }

    /// What can be used is there at the vendor, unless the account was deleted, or was to be.
    async fn in_use(&mut self, what: &str, line: &OrderLine, account: &MarketplaceAccount) -> Checked {
        let operations = self.store.account_operations(account.id, OPERATIONS).await?;
        let is_deleted = operations.iter().any(|operation| operation.kind == OperationKind::Delete);
        let link = self.store.vendor_link(account.id, line.service_manager).await?;
        if !is_deleted && link.as_ref().and_then(VendorLink::active_id).is_none() {
            self.findings.lost.push(format!("{what} is active, and the vendor has no customer for it: {link:?}"));
        }
        Ok(())
    }

    /// However often they buy, and whatever is deleted meanwhile.
    async fn buyers(&mut self) -> Checked {
        let accounts = self.store.marketplace_accounts(None, None, LIMIT).await?;
        for buyer in 0..BUYERS {
            let email = email_of_buyer(buyer);
            let theirs = accounts.iter().filter(|it| it.profile.email.as_deref() == Some(email.as_str()));
            let times = theirs.filter(|account| account.state != AccountState::Deleted).count();
            if times > 1 {
                self.findings.doubled.push(format!("buyer {buyer} has {times} accounts"));
            }
        }
        Ok(())
    }
}
