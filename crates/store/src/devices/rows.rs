//! Rows of devices.

use tessera_core::devices::Device;
use tessera_core::kernel::record::{Kind, RecordKey};

use crate::Undecodable;
use crate::engine::Row;

/// Column list of a table: `columns!(devices)`, or `columns!(devices "x.")` with a table alias.
macro_rules! columns {
    (devices $($alias:literal)?) => {
        $crate::engine::listed!($($alias)?;
            "system", "external_id", "holder", "name", "serial", "inverter_serial", "state", "product",
            "vendor", "inverter_vendor", "asset_type", "assigned_on", "read_at")
    };
}
pub(super) use columns;

pub(super) fn asset_key(row: &Row) -> Result<RecordKey, Undecodable> {
    Ok(RecordKey { system: row.get("system")?, kind: Kind::Asset, external_id: row.get("external_id")? })
}

pub(super) fn device(row: &Row) -> Result<Device, Undecodable> {
    Ok(Device {
        system: row.get("system")?,
        external_id: row.get("external_id")?,
        holder: row.get("holder")?,
        name: row.get("name")?,
        serial: row.get("serial")?,
        inverter_serial: row.get("inverter_serial")?,
        state: row.get("state")?,
        product: row.get("product")?,
        vendor: row.get("vendor")?,
        inverter_vendor: row.get("inverter_vendor")?,
        asset_type: row.get("asset_type")?,
        assigned_on: row.get("assigned_on")?,
        read_at: row.get("read_at")?,
    })
}
