//! The inventory: all devices, in stock or assigned, by filter and page.

use tessera_core::devices::Device;
use tessera_core::kernel::ids::{CustomerId, PlaceId};
use tessera_core::kernel::normalise;
use tessera_core::kernel::record::words;
use uuid::Uuid;

use super::rows::{columns, device};
use crate::engine::{Row, statements};
use crate::kernel::reads::read_all;
use crate::{Reads, StoreError, Undecodable, values};

/// The rows of the inventory, with the condition on the holder. A device is at the place that was set, if that is one of
/// its holder's, and otherwise at the holder's home place. A device in stock is at the place of the operating company
/// where it was put. Each set of the search is read once, not for every device.
macro_rules! inventory {
    ($holder:literal) => {
        concat!(
            "SELECT ", columns!(devices "d."), ", q.title AS requester_name, c.id AS customer_id,
                c.name AS customer_name, COALESCE(w.id, p.id) AS place_id, COALESCE(w.name, p.name) AS place_name
            FROM devices d
            LEFT JOIN records q ON q.system = d.system AND q.kind = 'requester' AND q.external_id = d.holder
            LEFT JOIN links l ON l.system = d.system AND l.kind = 'requester' AND l.external_id = d.holder
              AND l.ended_at IS NULL
            LEFT JOIN customers c ON c.id = l.customer_id
            LEFT JOIN device_places v ON v.system = d.system AND v.external_id = d.external_id
            LEFT JOIN places w ON w.id = v.place_id
              AND (w.owner_id = l.customer_id OR (d.holder IS NULL AND w.owner_id = $16))
            LEFT JOIN places p ON p.id = l.customer_id
            WHERE d.system = $1 AND d.external_id > $2", $holder, "
              AND ($3 = '' OR lower(d.state) = lower($3))
              AND ($4 = '' OR lower(d.product) = lower($4))
              AND ($5 = '' OR lower(d.asset_type) = lower($5))
              AND (CAST($6 AS BIGINT) = 0 OR COALESCE(w.id, p.id) = $7)
              AND (
                  CAST($8 AS BIGINT) = 0
                  OR d.external_id IN (
                      SELECT h.external_id FROM record_handles h
                      WHERE h.handle = 'serial' AND h.value >= $9 AND h.value < $10 AND h.system = $1
                        AND h.kind = 'asset'
                      UNION ALL
                      SELECT h.external_id FROM record_handles h
                      WHERE h.handle = 'tag' AND h.value >= $9 AND h.value < $10 AND h.system = $1
                        AND h.kind = 'asset'
                  )
                  OR (
                      d.external_id IN (
                          SELECT h.external_id FROM record_handles h
                          WHERE h.handle = 'name' AND h.value >= $11 AND h.value < $12 AND h.system = $1
                            AND h.kind = 'asset'
                      )
                      AND d.external_id IN (
                          SELECT h.external_id FROM record_handles h
                          WHERE h.handle = 'name' AND h.value >= $13 AND h.value < $14 AND h.system = $1
                            AND h.kind = 'asset'
                      )
                  )
              )
            ORDER BY d.external_id LIMIT $15"
        )
    };
}

statements! {
    INVENTORY = inventory!("");
    INVENTORY_STOCK = inventory!(" AND d.holder IS NULL");
    INVENTORY_ASSIGNED = inventory!(" AND d.holder IS NOT NULL");
    /// Includes the devices whose serial numbers differ only in spelling.
    INVENTORY_MISMATCHED = inventory!(" AND d.serial <> d.inverter_serial");
}

/// Which devices of the inventory.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Holding {
    /// All.
    #[default]
    All,
    /// Devices without a holder (`A07`).
    Stock,
    /// Devices with a holder.
    Assigned,
    /// Devices whose two serial numbers are written differently (`A06`).
    Mismatched,
}

/// Filter and page of the inventory.
#[derive(Debug, Clone, Copy, Default)]
pub struct InventoryFilter<'a> {
    /// In stock, assigned, both, or those whose serial numbers are written differently.
    pub holding: Holding,
    /// Name of a state. Empty: any.
    pub state: &'a str,
    /// Name of a product. Empty: any.
    pub product: &'a str,
    /// Name of an asset type. Empty: any.
    pub asset_type: &'a str,
    /// The place of the device. `None`: any.
    pub place: Option<PlaceId>,
    /// Beginning of a serial number or tag, or of words of the name. Empty: no search.
    pub search: &'a str,
    /// Cursor: the display id of the last device of the previous page. Empty: the first page.
    pub after: &'a str,
}

/// A device of the inventory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InventoryItem {
    /// The device.
    pub device: Device,
    /// Name of the requester who holds it.
    pub requester: Option<String>,
    /// The customer of the requester, with their name.
    pub customer: Option<(CustomerId, String)>,
    /// The place, with its name.
    pub place: Option<(PlaceId, String)>,
}

impl Reads {
    /// A page of a system's devices, by display id.
    pub async fn inventory(
        &self,
        system: &str,
        filter: InventoryFilter<'_>,
        limit: usize,
    ) -> Result<Vec<InventoryItem>, StoreError> {
        let InventoryFilter { holding, state, product, asset_type, place, search, after } = filter;
        let statement = match holding {
            Holding::All => INVENTORY,
            Holding::Stock => INVENTORY_STOCK,
            Holding::Assigned => INVENTORY_ASSIGNED,
            Holding::Mismatched => INVENTORY_MISMATCHED,
        };
        // Text compares by bytes, so this is greater than every text with this prefix.
        let beyond = |prefix: &str| format!("{prefix}\u{10FFFF}");
        // A search without a letter or digit finds nothing by serial number or name.
        let nothing = || "\u{10FFFF}".to_owned();
        let serial = normalise::serial(search).unwrap_or_else(nothing);
        let mut named = words(search);
        let first = named.next().unwrap_or_else(nothing);
        let second = named.next().unwrap_or_else(|| first.clone());
        let values = values![
            system,
            after,
            state.trim(),
            product.trim(),
            asset_type.trim(),
            place.is_some(),
            place.map_or(Uuid::nil(), |place| place.0),
            !search.trim().is_empty(),
            serial.as_str(),
            beyond(&serial),
            first.as_str(),
            beyond(&first),
            second.as_str(),
            beyond(&second),
            i64::try_from(limit).unwrap_or(i64::MAX),
            CustomerId::OPERATOR,
        ];
        read_all(self.query(statement, values).await?, item)
    }
}

fn item(row: &Row) -> Result<InventoryItem, Undecodable> {
    let (customer, customer_name): (Option<CustomerId>, Option<String>) =
        (row.optional_id("customer_id")?, row.get("customer_name")?);
    let (place, place_name): (Option<PlaceId>, Option<String>) = (row.optional_id("place_id")?, row.get("place_name")?);
    Ok(InventoryItem {
        device: device(row)?,
        requester: row.get("requester_name")?,
        customer: customer.zip(customer_name),
        place: place.zip(place_name),
    })
}
