//! Records of the outside systems, and whose they are.

use tessera_core::kernel::customer::Customer;
use tessera_core::kernel::record::RecordKey;
use tessera_core::persons::Person;
use tessera_store::StoreError;

use super::Queries;

pub use tessera_store::StoredRecord;

impl Queries<'_> {
    /// A record as last read, with the customer that it, or the one it was merged into, is linked to.
    pub async fn record_with_owner(
        &self,
        key: &RecordKey,
    ) -> Result<Option<(StoredRecord, Option<Customer>)>, StoreError> {
        let store = self.snapshot().await?;
        let Some(record) = store.record(key).await? else { return Ok(None) };
        let owner = store.customer_of(&store.standing(key).await?).await?;
        Ok(Some((record, owner)))
    }

    /// The customer that a record is linked to, with their people, oldest first.
    pub async fn owner_with_people(&self, key: &RecordKey) -> Result<Option<(Customer, Vec<Person>)>, StoreError> {
        let store = self.snapshot().await?;
        let Some(owner) = store.customer_of(key).await? else { return Ok(None) };
        let people = store.people(owner.id).await?;
        Ok(Some((owner, people)))
    }
}
