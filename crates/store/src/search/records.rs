//! Search for records, with the data of their list.

use tessera_core::kernel::ids::CustomerId;
use tessera_core::kernel::record::{HandleKind, RecordKey};

use super::rows::{ListedCustomer, SearchHit, hit, listed};
use super::sql;
use crate::kernel::reads::{read_all, read_one};
use crate::{Reads, StoreError, Value, values};

/// Number of placeholders for ids in a list's statements.
pub(crate) const ROOM: usize = 25;

impl Reads {
    /// Records with a handle of this kind whose value has this prefix.
    pub async fn search(&self, handle: HandleKind, prefix: &str, limit: usize) -> Result<Vec<SearchHit>, StoreError> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        // Text compares by bytes, so this is greater than every value with this prefix.
        let beyond = format!("{prefix}\u{10FFFF}");
        let rows = self.query(sql::SEARCH, values![handle.as_str(), prefix, beyond, limit]).await?;
        read_all(rows, hit)
    }

    /// A record with its customer, deleted or not.
    pub async fn search_by_id(&self, key: &RecordKey) -> Result<Option<SearchHit>, StoreError> {
        let values = values![&key.system, key.kind.as_str(), &key.external_id];
        read_one(self.one(sql::SEARCH_BY_ID, values).await?, hit)
    }

    /// Customers for a list, in the order of `ids`. Unknown ids are omitted.
    pub async fn customers_listed(&self, ids: &[CustomerId]) -> Result<Vec<ListedCustomer>, StoreError> {
        let mut found: Vec<ListedCustomer> = Vec::with_capacity(ids.len());
        for some in ids.chunks(ROOM) {
            let rows = self.query(sql::CUSTOMERS_LISTED, filled(some.iter().map(|id| Value::from(*id)))).await?;
            for row in rows {
                let (customer, system) = listed(&row)?;
                if found.last().is_none_or(|last| last.id != customer.id) {
                    found.push(customer);
                }
                let systems = found.last_mut().map(|last| &mut last.systems);
                if let (Some(systems), Some(system)) = (systems, system)
                    && !systems.contains(&system)
                {
                    systems.push(system);
                }
            }
        }
        found.sort_by_key(|customer| ids.iter().position(|id| *id == customer.id));
        Ok(found)
    }
}

/// Fills all placeholders of the statement. The last value is repeated, which does not change the result.
pub(crate) fn filled(values: impl Iterator<Item = Value>) -> Vec<Value> {
    let mut values: Vec<Value> = values.collect();
    let last = values.last().cloned().unwrap_or(Value::Null);
    values.resize(ROOM, last);
    values
}
