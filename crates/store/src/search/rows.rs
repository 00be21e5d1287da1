//! Rows of the search.

use jiff::Timestamp;
use tessera_core::kernel::ids::CustomerId;
use tessera_core::kernel::record::{Attributes, RecordKey};

use crate::Undecodable;
use crate::engine::Row;
use crate::kernel::records::rows::record_key;

/// A record found by a search, with its customer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SearchHit {
    /// The record.
    pub key: RecordKey,
    /// The attributes.
    pub attributes: Attributes,
    /// The linked customer. For an asset, the customer of its holder.
    pub customer_id: Option<CustomerId>,
}

/// A customer in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedCustomer {
    /// Its id.
    pub id: CustomerId,
    /// The name.
    pub name: String,
    /// E-mail address, as entered.
    pub email: Option<String>,
    /// Time of creation.
    pub created_at: Timestamp,
    /// The systems of its linked records, without duplicates, in the order of linking.
    pub systems: Vec<String>,
    /// Number of devices.
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
