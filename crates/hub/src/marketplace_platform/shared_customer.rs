//! One external id for two accounts: nothing is linked, and staff decide which account is the vendor's customer (`M17`, `M20`).

use tessera_core::kernel::ids::{MarketplaceAccountId, ServiceManagerId};
use tessera_core::kernel::plan::{Plan, Stamp};
use tessera_core::kernel::record::RecordKey;
use tessera_core::marketplace_platform::account::record_of;
use tessera_core::marketplace_platform::change::PlatformChange;
use tessera_core::marketplace_platform::event::PlatformEvent;
use tessera_core::marketplace_platform::{
    AccountState, MarketplaceAccount, OperationKind, PlatformError, ServiceManager, VendorLink,
};
use tessera_core::sync::change::ReviewChange;
use tessera_core::sync::review::{Question, Review};

use crate::commit::Tx;
use crate::{Hub, HubError};

/// A customer of a vendor that moves from one account to another.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Move<'a> {
    pub(crate) from: &'a RecordKey,
    pub(crate) to: &'a RecordKey,
    pub(crate) vendor: ServiceManagerId,
    pub(crate) external_id: &'a str,
}

/// Plans the question, unless it is open already.
pub(super) fn ask(
    account: MarketplaceAccountId,
    linked: MarketplaceAccountId,
    vendor: &ServiceManager,
    external_id: &str,
    tx: &mut Tx<'_>,
) {
    let question = Question::WhoseVendorCustomer {
        account: record_of(account),
        linked: record_of(linked),
        service_manager_id: vendor.id,
        service_manager: vendor.name.clone(),
        external_id: external_id.to_owned(),
    };
    let (id, created_at) = (tx.stamp.id(), tx.stamp.now);
    let review = Review { id, customer_id: None, question, created_at, decided: None, note: None };
    tx.push(ReviewChange::Create(Box::new(review)), "ambiguity is never guessed: a person decides");
}

impl Hub {
    /// Plans that a customer of a vendor belongs to another account from now on, as staff decided.
    ///
    /// # Errors
    /// [`PlatformError`] if one of the accounts is deleted or has an operation that has not ended, or the other account is
    /// another customer of the vendor.
    pub(crate) async fn move_vendor_customer(&self, it: Move<'_>, stamp: Stamp<'_>) -> Result<Plan, HubError> {
        let vendor = self.service_manager(it.vendor).await?;
        let mut plan = Plan::default();
        let (from, to) = (
            self.account_to_move(it.from, &mut plan, stamp).await?,
            self.account_to_move(it.to, &mut plan, stamp).await?,
        );
        let old = self.reads().vendor_link(from.id, vendor.id).await?;
        let old = old.filter(|link| link.active_id() == Some(it.external_id));
        let new = self.reads().vendor_link(to.id, vendor.id).await?;
        let new = new.unwrap_or_else(|| VendorLink::new(to.id, vendor.id));
        if let Some(other) = new.active_id().filter(|id| *id != it.external_id) {
            return Err(PlatformError::OtherVendorCustomer(other.to_owned()).into());
        }
        let (service_manager, external_id) = (vendor.name.clone(), it.external_id.to_owned());
        if let Some(old) = &old {
            let (account, service_manager_id, was, at) = (from.id, vendor.id, old.sent_at, stamp.now);
            let end = PlatformChange::EndLink { account, service_manager: service_manager_id, was, at };
            plan.push(end, "staff decided that the customer belongs to another account");
            let event = PlatformEvent::VendorCustomerUnlinked {
                service_manager: service_manager.clone(),
                external_id: external_id.clone(),
            };
            plan.extend(self.note_on_account(from.id, event, stamp).await?);
        }
        let was = new.sent_at;
        let link = VendorLink {
            external_id: Some(external_id.clone()),
            extra: old.map_or(new.extra, |old| old.extra),
            existed: true,
            sent_at: None,
            linked_at: Some(stamp.now),
            deleted_at: None,
            ..new
        };
        plan.push(PlatformChange::PutLink { link: Box::new(link), was }, "staff decided that it is this account's");
        let event = PlatformEvent::VendorCustomerLinked { service_manager, external_id, existed: true };
        plan.extend(self.note_on_account(to.id, event, stamp).await?);
        Ok(plan)
    }

    /// An account whose links are changed by staff. Nothing else is requested for it meanwhile.
    async fn account_to_move(
        &self,
        record: &RecordKey,
        plan: &mut Plan,
        stamp: Stamp<'_>,
    ) -> Result<MarketplaceAccount, HubError> {
        let id = record.external_id.parse().map(MarketplaceAccountId);
        let id = id.map_err(|_| HubError::NotFound(format!("{record} is no marketplace account")))?;
        let account = self.marketplace_account(id).await?;
        self.check_no_operation(&account, OperationKind::Delete, None).await?;
        let MarketplaceAccount { version, attached, .. } = account;
        let (from, to, at) = (AccountState::Active, AccountState::Active, stamp.now);
        let touch = PlatformChange::SetAccountState { id, version, from, to, attached, at };
        plan.push(touch, "nothing else was requested for the account meanwhile");
        Ok(account)
    }
}
