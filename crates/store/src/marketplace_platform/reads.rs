//! Reads of the marketplace's platform.

use tessera_core::kernel::ids::{
    AccountOperationId, MarketplaceAccountId, ServiceManagerCallId, ServiceManagerId, VendorNotificationId,
};
use tessera_core::marketplace_platform::{
    AccountOperation, MarketplaceAccount, ServiceManager, ServiceManagerCall, VendorLink,
};
use uuid::Uuid;

use super::rows::{account, call, link, operation, service_manager};
use super::sql;
use crate::kernel::reads::{read_all, read_one};
use crate::{Reads, StoreError, values};

/// Maximum number of values and links of an account.
const MANY: i64 = 5000;

/// The value of a custom field of an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountValue {
    /// The service manager whose field it is.
    pub service_manager: ServiceManagerId,
    /// The field.
    pub field: String,
    /// The value.
    pub value: String,
}

impl Reads {
    /// One account of the marketplace, deleted ones included.
    pub async fn marketplace_account(
        &self,
        id: MarketplaceAccountId,
    ) -> Result<Option<MarketplaceAccount>, StoreError> {
        read_one(self.one(sql::ACCOUNT, values![id]).await?, account)
    }

    /// Accounts in the order of their creation, those of one reseller if given.
    pub async fn marketplace_accounts(
        &self,
        reseller: Option<MarketplaceAccountId>,
        after: Option<MarketplaceAccountId>,
        limit: usize,
    ) -> Result<Vec<MarketplaceAccount>, StoreError> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let after = after.unwrap_or(MarketplaceAccountId(Uuid::nil()));
        let rows = match reseller {
            Some(reseller) => self.query(sql::ACCOUNTS_OF_RESELLER, values![reseller, after, limit]).await?,
            None => self.query(sql::MARKETPLACE_ACCOUNTS_AFTER, values![after, limit]).await?,
        };
        read_all(rows, account)
    }

    /// Whether an account has customers that are not deleted.
    pub async fn has_customers(&self, reseller: MarketplaceAccountId) -> Result<bool, StoreError> {
        Ok(self.one(sql::ACCOUNT_CUSTOMERS, values![reseller]).await?.is_some())
    }

    /// The values of an account's custom fields.
    pub async fn marketplace_account_values(&self, of: MarketplaceAccountId) -> Result<Vec<AccountValue>, StoreError> {
        read_all(self.query(sql::ACCOUNT_VALUES, values![of, MANY]).await?, |row| {
            Ok(AccountValue {
                service_manager: row.id("service_manager_id")?,
                field: row.get("field_id")?,
                value: row.get("value")?,
            })
        })
    }

    /// The number of accounts with a value for a field.
    pub async fn field_values(&self, of: ServiceManagerId, field: &str) -> Result<i64, StoreError> {
        let row = self.one(sql::FIELD_VALUES, values![of, field]).await?;
        Ok(read_one(row, |row| row.get("entered"))?.unwrap_or(0))
    }

    /// One service manager.
    pub async fn service_manager(&self, id: ServiceManagerId) -> Result<Option<ServiceManager>, StoreError> {
        read_one(self.one(sql::SERVICE_MANAGER, values![id]).await?, service_manager)
    }

    /// The service manager with this key of a name.
    pub async fn service_manager_named(&self, name_key: &str) -> Result<Option<ServiceManagerId>, StoreError> {
        read_one(self.one(sql::SERVICE_MANAGER_NAMED, values![name_key]).await?, |row| row.id("id"))
    }

    /// Service managers in the order of their creation.
    pub async fn service_managers(
        &self,
        after: Option<ServiceManagerId>,
        limit: usize,
    ) -> Result<Vec<ServiceManager>, StoreError> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let after = after.unwrap_or(ServiceManagerId(Uuid::nil()));
        read_all(self.query(sql::SERVICE_MANAGERS, values![after, limit]).await?, service_manager)
    }

    /// The link of an account with a vendor.
    pub async fn vendor_link(
        &self,
        of: MarketplaceAccountId,
        at: ServiceManagerId,
    ) -> Result<Option<VendorLink>, StoreError> {
        read_one(self.one(sql::VENDOR_LINK, values![of, at]).await?, link)
    }

    /// The links of an account with vendors, ended ones included.
    pub async fn vendor_links(&self, of: MarketplaceAccountId) -> Result<Vec<VendorLink>, StoreError> {
        read_all(self.query(sql::VENDOR_LINKS, values![of, MANY]).await?, link)
    }

    /// The link with an external id at a vendor.
    pub async fn vendor_link_named(
        &self,
        at: ServiceManagerId,
        external_id: &str,
    ) -> Result<Option<VendorLink>, StoreError> {
        read_one(self.one(sql::VENDOR_LINK_NAMED, values![at, external_id]).await?, link)
    }

    /// The number of accounts that are at a vendor, or may be there.
    pub async fn accounts_at_vendor(&self, of: ServiceManagerId) -> Result<i64, StoreError> {
        let row = self.one(sql::VENDOR_LINKED, values![of]).await?;
        Ok(read_one(row, |row| row.get("linked"))?.unwrap_or(0))
    }

    /// Whether an operation at a vendor has not ended.
    pub async fn has_pending_operations(&self, at: ServiceManagerId) -> Result<bool, StoreError> {
        Ok(self.one(sql::VENDOR_PENDING, values![at]).await?.is_some())
    }

    /// One operation.
    pub async fn account_operation(&self, id: AccountOperationId) -> Result<Option<AccountOperation>, StoreError> {
        read_one(self.one(sql::OPERATION, values![id]).await?, operation)
    }

    /// The newest operations of an account, newest first.
    pub async fn account_operations(
        &self,
        of: MarketplaceAccountId,
        limit: i64,
    ) -> Result<Vec<AccountOperation>, StoreError> {
        read_all(self.query(sql::OPERATIONS_OF_ACCOUNT, values![of, limit]).await?, operation)
    }

    /// The operations of an account that have not ended.
    pub async fn pending_operations(&self, of: MarketplaceAccountId) -> Result<Vec<AccountOperation>, StoreError> {
        read_all(self.query(sql::OPERATIONS_PENDING, values![of, MANY]).await?, operation)
    }

    /// An e-mail that waits to be sent, encrypted.
    pub async fn vendor_notification(&self, id: VendorNotificationId) -> Result<Option<String>, StoreError> {
        read_one(self.one(sql::NOTIFICATION, values![id]).await?, |row| row.get("sealed"))
    }

    /// The newest calls of a service manager, newest first.
    pub async fn service_manager_calls(
        &self,
        of: ServiceManagerId,
        before: Option<ServiceManagerCallId>,
        limit: usize,
    ) -> Result<Vec<ServiceManagerCall>, StoreError> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let before = before.unwrap_or(ServiceManagerCallId(Uuid::max()));
        read_all(self.query(sql::SERVICE_MANAGER_CALLS, values![of, before, limit]).await?, call)
    }
}
