//! What the console lists of the marketplace's platform.

use std::collections::BTreeMap;

use tessera_core::kernel::ids::{AccountOperationId, MarketplaceAccountId, ServiceManagerCallId, ServiceManagerId};
use tessera_core::kernel::record::HandleKind;
use tessera_core::marketplace_platform::{
    AccountOperation, MarketplaceAccount, OperationState, SYSTEM, ServiceManagerCall, VendorLink,
};
use uuid::Uuid;

use super::rows::{account, call, columns, link, operation};
use crate::engine::{room, statements};
use crate::kernel::reads::{read_all, read_one};
use crate::{Reads, StoreError, values};

/// Maximum number of fields of a service manager.
const MANY: i64 = 5000;

statements! {
    /// Accounts that are sold to directly, resellers among them.
    MARKETPLACE_ACCOUNTS_DIRECT = concat!(
        "SELECT ", columns!(marketplace_accounts), " FROM marketplace_accounts
        WHERE reseller_id IS NULL AND id > $1 ORDER BY id LIMIT $2"
    );
    MARKETPLACE_ACCOUNTS_LISTED =
        concat!("SELECT ", columns!(marketplace_accounts), " FROM marketplace_accounts WHERE id IN (", room!(), ") ORDER BY id");
    /// The ids of accounts by a word of their names or the beginning of an address.
    MARKETPLACE_ACCOUNTS_FOUND =
        "SELECT h.external_id FROM record_handles h
        WHERE h.handle = $1 AND h.value >= $2 AND h.value < $3 AND h.system = $4 AND h.kind = 'account'
        ORDER BY h.value, h.external_id LIMIT $5";
    VENDOR_LINKS_LISTED = concat!(
        "SELECT ", columns!(vendor_links), " FROM vendor_links
        WHERE account_id IN (", room!(), ") ORDER BY account_id, service_manager_id"
    );
    /// Accounts that are customers of a vendor.
    VENDOR_LINKS_OF_MANAGER = concat!(
        "SELECT ", columns!(vendor_links), " FROM vendor_links
        WHERE service_manager_id = $1 AND deleted_at IS NULL AND external_id IS NOT NULL
        ORDER BY external_id, account_id LIMIT $2"
    );
    OPERATIONS_PENDING_LISTED = concat!(
        "SELECT ", columns!(account_operations), " FROM account_operations
        WHERE account_id IN (", room!(), ") AND state IN ('waiting', 'running') ORDER BY id"
    );
    OPERATIONS_BY_STATE = concat!(
        "SELECT ", columns!(account_operations), " FROM account_operations
        WHERE state = $1 AND cancelled = $2 AND id < $3 ORDER BY id DESC LIMIT $4"
    );
    OPERATIONS_NEWEST = concat!(
        "SELECT ", columns!(account_operations), " FROM account_operations WHERE id < $1 ORDER BY id DESC LIMIT $2"
    );
    FIELD_VALUES_OF_MANAGER =
        "SELECT field_id, count(*) AS entered FROM marketplace_account_values
        WHERE service_manager_id = $1 GROUP BY field_id ORDER BY field_id LIMIT $2";
    SERVICE_MANAGER_CALL =
        concat!("SELECT ", columns!(service_manager_calls), " FROM service_manager_calls WHERE id = $1");
    SERVICE_MANAGER_CALLS_OF_ACCOUNT = concat!(
        "SELECT ", columns!(service_manager_calls), " FROM service_manager_calls
        WHERE service_manager_id = $1 AND account_id = $2 AND id < $3 ORDER BY id DESC LIMIT $4"
    );
}

impl Reads {
    /// Accounts without a reseller, in the order of their creation.
    pub async fn direct_marketplace_accounts(
        &self,
        after: Option<MarketplaceAccountId>,
        limit: usize,
    ) -> Result<Vec<MarketplaceAccount>, StoreError> {
        let after = after.unwrap_or(MarketplaceAccountId(Uuid::nil()));
        read_all(self.query(MARKETPLACE_ACCOUNTS_DIRECT, values![after, number(limit)]).await?, account)
    }

    /// Accounts by id. Unknown ids are left out.
    pub async fn marketplace_accounts_listed(
        &self,
        ids: &[MarketplaceAccountId],
    ) -> Result<BTreeMap<MarketplaceAccountId, MarketplaceAccount>, StoreError> {
        let found = read_all(self.rows_of(MARKETPLACE_ACCOUNTS_LISTED, ids).await?, account)?;
        Ok(found.into_iter().map(|account| (account.id, account)).collect())
    }

    /// The ids of accounts that have a handle with this prefix.
    pub async fn marketplace_accounts_found(
        &self,
        handle: HandleKind,
        prefix: &str,
        limit: usize,
    ) -> Result<Vec<MarketplaceAccountId>, StoreError> {
        // Text compares by bytes, so this is greater than every value with this prefix.
        let beyond = format!("{prefix}\u{10FFFF}");
        let values = values![handle.as_str(), prefix, beyond, SYSTEM, number(limit)];
        let found: Vec<Option<MarketplaceAccountId>> =
            read_all(self.query(MARKETPLACE_ACCOUNTS_FOUND, values).await?, |row| {
                Ok(row.get::<String>("external_id")?.parse().ok())
            })?;
        Ok(found.into_iter().flatten().collect())
    }

    /// The links of some accounts with vendors, ended ones included.
    pub async fn vendor_links_listed(&self, of: &[MarketplaceAccountId]) -> Result<Vec<VendorLink>, StoreError> {
        read_all(self.rows_of(VENDOR_LINKS_LISTED, of).await?, link)
    }

    /// Links of accounts that are customers of a vendor now.
    pub async fn vendor_links_of_manager(
        &self,
        of: ServiceManagerId,
        limit: usize,
    ) -> Result<Vec<VendorLink>, StoreError> {
        read_all(self.query(VENDOR_LINKS_OF_MANAGER, values![of, number(limit)]).await?, link)
    }

    /// The operations of some accounts that have not ended.
    pub async fn pending_operations_listed(
        &self,
        of: &[MarketplaceAccountId],
    ) -> Result<Vec<AccountOperation>, StoreError> {
        read_all(self.rows_of(OPERATIONS_PENDING_LISTED, of).await?, operation)
    }

    /// The newest operations, newest first; those in one state if given, and of them those that were cancelled or were not.
    pub async fn newest_operations(
        &self,
        state: Option<(OperationState, bool)>,
        before: Option<AccountOperationId>,
        limit: usize,
    ) -> Result<Vec<AccountOperation>, StoreError> {
        let before = before.unwrap_or(AccountOperationId(Uuid::max()));
        let rows = match state {
            Some((state, cancelled)) => {
                let state: &str = state.into();
                self.query(OPERATIONS_BY_STATE, values![state, cancelled, before, number(limit)]).await?
            }
            None => self.query(OPERATIONS_NEWEST, values![before, number(limit)]).await?,
        };
        read_all(rows, operation)
    }

    /// The number of accounts with a value, by field of a service manager.
    pub async fn entered_values(&self, of: ServiceManagerId) -> Result<BTreeMap<String, i64>, StoreError> {
        let rows = self.query(FIELD_VALUES_OF_MANAGER, values![of, MANY]).await?;
        Ok(read_all(rows, |row| Ok((row.get("field_id")?, row.get("entered")?)))?.into_iter().collect())
    }

    /// One call of a service manager.
    pub async fn service_manager_call(
        &self,
        id: ServiceManagerCallId,
    ) -> Result<Option<ServiceManagerCall>, StoreError> {
        read_one(self.one(SERVICE_MANAGER_CALL, values![id]).await?, call)
    }

    /// The newest calls of a service manager about an account, newest first.
    pub async fn service_manager_calls_of_account(
        &self,
        of: ServiceManagerId,
        account: MarketplaceAccountId,
        before: Option<ServiceManagerCallId>,
        limit: usize,
    ) -> Result<Vec<ServiceManagerCall>, StoreError> {
        let before = before.unwrap_or(ServiceManagerCallId(Uuid::max()));
        let values = values![of, account, before, number(limit)];
        read_all(self.query(SERVICE_MANAGER_CALLS_OF_ACCOUNT, values).await?, call)
    }
}

fn number(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX)
}
