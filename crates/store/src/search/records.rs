//! Finding records, and what a list shows beside what was found.

use tessera_core::kernel::ids::CustomerId;
use tessera_core::kernel::record::{HandleKind, RecordKey};

use super::rows::{ListedCustomer, SearchHit, hit, listed};
use super::sql;
use crate::kernel::reads::{read_all, read_one};
use crate::{Reads, StoreError, Value, values};

/// For how many things at once the statements of a list have room.
pub(crate) const ROOM: usize = 25;

impl Reads {
    /// Records that have a handle of this kind whose value begins with `prefix`.
    pub async fn search(&self, handle: HandleKind, prefix: &str, limit: usize) -> Result<Vec<SearchHit>, StoreError> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        // Text compares by bytes, so this is past everything that begins with the prefix.
        let beyond = format!("{prefix}\u{10FFFF}");
        let rows = self.query(sql::SEARCH, values![handle.as_str(), prefix, beyond, limit]).await?;
        read_all(rows, hit)
    }

    /// One record and whose it is, whether or not it is gone from its system.
    pub async fn search_by_id(&self, key: &RecordKey) -> Result<Option<SearchHit>, StoreError> {
        let values = values![&key.system, key.kind.as_str(), &key.external_id];
        read_one(self.one(sql::SEARCH_BY_ID, values).await?, hit)
    }

    /// Customers as lists show them, in the order of `ids`; ids of nobody are left out.
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

/// As many values as the statement has room for; the last one is repeated, which finds nothing new.
pub(crate) fn filled(values: impl Iterator<Item = Value>) -> Vec<Value> {
    let mut values: Vec<Value> = values.collect();
    let last = values.last().cloned().unwrap_or(Value::Null);
    values.resize(ROOM, last);
    values
}
