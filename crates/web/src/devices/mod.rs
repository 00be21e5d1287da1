//! What the console and the Warehouse Portal share about devices: the list, the form of a new device, tables of many, and
//! the requests to the service desk. Each interface has its own addresses and its own rights.

pub(crate) mod form;
pub(crate) mod handing;
pub(crate) mod list;
pub(crate) mod loads;
pub(crate) mod writes;

use tessera_core::kernel::ids::{DeviceLoadId, DeviceWriteId};
use tessera_core::kernel::record::Asset;

use crate::pages::Fact;

/// The addresses of an interface's pages about devices.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Urls {
    /// The list.
    pub(crate) list: &'static str,
    /// The list as a table.
    pub(crate) table: &'static str,
    /// The prefix of a device's page, and the form action for a new one.
    pub(crate) devices: &'static str,
    /// The prefix of the page of a request to the service desk.
    pub(crate) writes: &'static str,
    /// The tables of many.
    pub(crate) loads: &'static str,
}

impl Urls {
    /// A device's page.
    pub(crate) fn device(self, display_id: &str) -> String {
        format!("{}/{display_id}", self.devices)
    }

    /// The page of a request to the service desk.
    pub(crate) fn write(self, id: DeviceWriteId) -> String {
        format!("{}/{id}", self.writes)
    }

    /// The page of a table of many.
    pub(crate) fn load(self, id: DeviceLoadId) -> String {
        format!("{}/{id}", self.loads)
    }
}

/// What is known about an asset, apart from its name, state and holder.
pub(crate) fn facts(asset: &Asset) -> Vec<Fact> {
    let listed = [
        ("Asset type", asset.asset_type.as_ref()),
        ("Serial", asset.serial.as_ref()),
        ("Inverter serial", asset.inverter_serial.as_ref()),
        ("Inverter vendor", asset.inverter_vendor.as_ref()),
        ("Product", asset.product.as_ref()),
        ("Vendor", asset.vendor.as_ref()),
        ("Tag", asset.asset_tag.as_ref()),
    ];
    listed.into_iter().filter_map(|(label, value)| Some(Fact::new(label, value?))).collect()
}
