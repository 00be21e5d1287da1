//! Accounts of the marketplace, service managers and operations, as shown by the API.

use tessera_core::kernel::ids::{
    AccountOperationId, CustomerId, MarketplaceAccountId, ServiceManagerCallId, ServiceManagerId,
};
use tessera_core::marketplace_platform::{
    AccountOperation, MarketplaceAccount, ServiceManager, ServiceManagerCall, VendorLink,
};
use tessera_store::{AccountValue, StoreError};

use super::Queries;

/// An account with what is known of it.
#[derive(Debug, Clone)]
pub struct MarketplaceAccountPage {
    /// The account.
    pub account: MarketplaceAccount,
    /// Its customer in the hub. `None`: nobody has decided yet, or the account is deleted.
    pub customer: Option<CustomerId>,
    /// The vendors that have it, or had it.
    pub links: Vec<VendorLink>,
    /// The values of the vendors' custom fields.
    pub values: Vec<AccountValue>,
}

impl Queries<'_> {
    /// An account with what is known of it.
    pub async fn platform_account(
        &self,
        id: MarketplaceAccountId,
    ) -> Result<Option<MarketplaceAccountPage>, StoreError> {
        let reads = self.snapshot().await?;
        let Some(account) = reads.marketplace_account(id).await? else { return Ok(None) };
        let customer = reads.customer_of(&account.record()).await?.map(|customer| customer.id);
        let (links, values) = (reads.vendor_links(id).await?, reads.marketplace_account_values(id).await?);
        Ok(Some(MarketplaceAccountPage { account, customer, links, values }))
    }

    /// Accounts in the order of their creation, those of one reseller if given.
    pub async fn platform_accounts(
        &self,
        reseller: Option<MarketplaceAccountId>,
        after: Option<MarketplaceAccountId>,
        limit: usize,
    ) -> Result<Vec<MarketplaceAccount>, StoreError> {
        self.reads().marketplace_accounts(reseller, after, limit).await
    }

    /// A service manager.
    pub async fn service_manager(&self, id: ServiceManagerId) -> Result<Option<ServiceManager>, StoreError> {
        self.reads().service_manager(id).await
    }

    /// Service managers in the order of their creation.
    pub async fn service_managers(
        &self,
        after: Option<ServiceManagerId>,
        limit: usize,
    ) -> Result<Vec<ServiceManager>, StoreError> {
        self.reads().service_managers(after, limit).await
    }

    /// The newest calls of a service manager, newest first. `None` if there is no such service manager.
    pub async fn service_manager_calls(
        &self,
        of: ServiceManagerId,
        before: Option<ServiceManagerCallId>,
        limit: usize,
    ) -> Result<Option<Vec<ServiceManagerCall>>, StoreError> {
        let reads = self.snapshot().await?;
        if reads.service_manager(of).await?.is_none() {
            return Ok(None);
        }
        reads.service_manager_calls(of, before, limit).await.map(Some)
    }

    /// An operation.
    pub async fn account_operation(&self, id: AccountOperationId) -> Result<Option<AccountOperation>, StoreError> {
        self.reads().account_operation(id).await
    }
}
