//! Staff accounts and API keys, as shown to administrators.

use tessera_core::kernel::ids::StaffId;
use tessera_core::staff::{ApiKey, StaffAccount};
use tessera_store::StoreError;

use super::Queries;

impl Queries<'_> {
    /// All staff accounts, by login.
    pub async fn staff_accounts(&self) -> Result<Vec<StaffAccount>, StoreError> {
        self.reads().staff_accounts().await
    }

    /// A staff account.
    pub async fn staff_account(&self, id: StaffId) -> Result<Option<StaffAccount>, StoreError> {
        self.reads().staff_account(id).await
    }

    /// The staff account with this login.
    pub async fn staff_account_by_login(&self, login: &str) -> Result<Option<StaffAccount>, StoreError> {
        self.reads().staff(login).await
    }

    /// All API keys, in the order of their issue.
    pub async fn api_keys(&self) -> Result<Vec<ApiKey>, StoreError> {
        self.reads().api_keys().await
    }
}
