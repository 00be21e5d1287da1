//! Rows of the search.

use jiff::Timestamp;
use tessera_core::kernel::ids::CustomerId;
use tessera_core::kernel::record::{Attributes, RecordKey};

use crate::Undecodable;
use crate::engine::Row;
use crate::kernel::records::rows::record_key;

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

pub(super) fn hit(row: &Row) -> Result<SearchHit, Undecodable> {
    let key = record_key(row)?;
    let attributes = crate::kernel::records::rows::attributes(key.kind, row)?;
    Ok(SearchHit { key, attributes, customer_id: row.optional_id("customer_id")? })
}

pub(super) fn listed(row: &Row) -> Result<(ListedCustomer, Option<String>), Undecodable> {
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
