//! Finding records, and what a list shows beside what was found.

use jiff::Timestamp;
use tessera_core::invitations::Invitation;
use tessera_core::kernel::ids::CustomerId;
use tessera_core::kernel::record::{Attributes, HandleKind, RecordKey};

use crate::engine::Row;
use crate::kernel::reads::{invitation, read_all, read_one, record_key};
use crate::kernel::sql;
use crate::{Reads, StoreError, Undecodable, Value, values};

/// For how many things at once the statements of a list have room.
const ROOM: usize = 25;

/// A record found by a search, and whose it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SearchHit {
    /// The record.
    pub key: RecordKey,
    /// What it says.
    pub attributes: Attributes,
    /// The customer it is linked to; for an asset, the customer its holder is linked to.
    pub customer_id: Option<CustomerId>,
}

/// A customer as lists show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedCustomer {
    /// Its id.
    pub id: CustomerId,
    /// The name.
    pub name: String,
    /// The known address, as entered.
    pub email: Option<String>,
    /// Since when it exists.
    pub created_at: Timestamp,
    /// The systems it has linked records in, each once, in the order they were linked.
    pub systems: Vec<String>,
    /// How many devices it has.
    pub devices: i64,
}

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

    /// The invitations of several requesters that were not taken back, newest first.
    pub async fn standing_invitations(
        &self,
        system: &str,
        requester_ids: &[&str],
    ) -> Result<Vec<Invitation>, StoreError> {
        let mut found = Vec::new();
        for some in requester_ids.chunks(ROOM) {
            let mut values = values![system];
            values.extend(filled(some.iter().map(|id| Value::from(*id))));
            found.extend(read_all(self.query(sql::INVITATIONS_STANDING, values).await?, invitation)?);
        }
        Ok(found)
    }
}

/// As many values as the statement has room for; the last one is repeated, which finds nothing new.
fn filled(values: impl Iterator<Item = Value>) -> Vec<Value> {
    let mut values: Vec<Value> = values.collect();
    let last = values.last().cloned().unwrap_or(Value::Null);
    values.resize(ROOM, last);
    values
}

fn hit(row: &Row) -> Result<SearchHit, Undecodable> {
    let key = record_key(row)?;
    let attributes = crate::kernel::records::attributes(key.kind, row)?;
    Ok(SearchHit { key, attributes, customer_id: row.optional_id("customer_id")? })
}

fn listed(row: &Row) -> Result<(ListedCustomer, Option<String>), Undecodable> {
    let customer = ListedCustomer {
        id: row.id("id")?,
        name: row.get("name")?,
        email: row.get("email")?,
        created_at: row.get("created_at")?,
        systems: Vec::new(),
        devices: 0,
    };
    let system = row.get("system")?;
    Ok((ListedCustomer { devices: row.get("devices")?, ..customer }, system))
}
