//! Each account of the marketplace that the hub runs is one customer of a vendor, linked, or none.

use std::collections::BTreeSet;

use tessera_core::kernel::ids::MarketplaceAccountId;
use tessera_core::marketplace_platform::{AccountState, MarketplaceAccount, ServiceManager, VendorLink};

use super::{Check, Checked, LIMIT};

impl Check<'_> {
    pub(super) async fn vendors(&mut self) -> Checked {
        let accounts = self.store.marketplace_accounts(None, None, LIMIT).await?;
        let vendors = self.store.service_managers(None, LIMIT).await?;
        for account in &accounts {
            for pending in self.store.pending_operations(account.id).await? {
                self.findings.wrong.push(format!("operation {} of {} never ends", pending.id, account.profile.name));
            }
            if account.state == AccountState::Deleting {
                self.findings.wrong.push(format!("{} is never deleted", account.profile.name));
            }
            for vendor in &vendors {
                self.at_vendor(account, vendor).await?;
            }
        }
        let known: BTreeSet<String> = accounts.iter().map(|account| account.id.to_string()).collect();
        let strangers: Vec<String> = {
            let truth = self.world.truth();
            let customers = truth.vendors.values().flat_map(|vendor| &vendor.customers);
            customers.filter(|it| !known.contains(&it.account)).map(|it| it.external_id.clone()).collect()
        };
        for stranger in strangers {
            self.findings.wrong.push(format!("nobody knows customer {stranger} of a vendor"));
        }
        Ok(())
    }

    async fn at_vendor(&mut self, account: &MarketplaceAccount, vendor: &ServiceManager) -> Checked {
        let there = self.customers_at(account.id, &vendor.settings.base_url);
        let link = self.store.vendor_link(account.id, vendor.id).await?;
        let who = format!("{} ({:?}) at {}", account.profile.name, account.state, vendor.name);
        if there.len() > 1 {
            self.findings.doubled.push(format!("{who} is {there:?}"));
        }
        if link.as_ref().is_some_and(|link| link.sent_at.is_some()) {
            self.findings.wrong.push(format!("{who}: nobody knows what became of a call"));
        }
        let linked = link.as_ref().and_then(VendorLink::active_id);
        if linked != there.first().map(String::as_str) {
            self.findings.lost.push(format!("{who} is linked with {linked:?}, and is {there:?}"));
        }
        if account.state == AccountState::Deleted && (linked.is_some() || !there.is_empty()) {
            self.findings.lost.push(format!("the deletion of {who}: {linked:?} {there:?}"));
        }
        Ok(())
    }

    fn customers_at(&self, account: MarketplaceAccountId, base_url: &str) -> Vec<String> {
        let (account, truth) = (account.to_string(), self.world.truth());
        let customers = truth.vendors.get(base_url).into_iter().flat_map(|vendor| &vendor.customers);
        customers.filter(|it| it.account == account).map(|it| it.external_id.clone()).collect()
    }
}
