//! Records of the outside systems, with their customers.

use tessera_core::kernel::customer::Customer;
use tessera_core::kernel::record::RecordKey;
use tessera_store::StoreError;

use super::Queries;

pub use tessera_store::StoredRecord;

impl Queries<'_> {
    /// A record as last read, with the customer linked to it or to the record it was merged into.
    pub async fn record_with_owner(
        &self,
        key: &RecordKey,
    ) -> Result<Option<(StoredRecord, Option<Customer>)>, StoreError> {
        let store = self.snapshot().await?;
        let Some(record) = store.record(key).await? else { return Ok(None) };
        let owner = store.customer_of(&store.standing(key).await?).await?;
        Ok(Some((record, owner)))
    }
}
