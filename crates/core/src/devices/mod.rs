//! Devices: asset records of the configured asset type (`A05`).

pub mod asset_form;
pub mod change;
pub mod device_writes;
pub mod documents;
mod error;
pub mod event;
pub mod jobs;
pub mod load;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::kernel::normalise;
use crate::kernel::record::{Asset, Attributes, Kind, Observation, RecordKey};

pub use error::{AmbiguousNameError, DeviceError};

/// The asset type of devices. Configurable; `Hybrid Inverter Bundle` by default (`A05`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct DeviceType(pub String);

impl Default for DeviceType {
    fn default() -> Self {
        Self("Hybrid Inverter Bundle".to_owned())
    }
}

impl DeviceType {
    /// Whether an asset is of this type, by the type's name or id.
    pub fn admits(&self, asset: &Asset) -> bool {
        let wanted = self.0.trim();
        asset.asset_type.as_deref().is_some_and(|name| name.trim().eq_ignore_ascii_case(wanted))
            || asset.asset_type_id == wanted
    }

    /// Whether an asset is a device: it is of this type, and not in the trash.
    pub fn makes_device(&self, asset: &Asset) -> bool {
        !asset.trashed && self.admits(asset)
    }
}

/// Whether an asset exists in the service desk and can be assigned. `gone_at`: time when it was found deleted.
pub const fn is_there(asset: &Asset, gone_at: Option<Timestamp>) -> bool {
    gone_at.is_none() && !asset.trashed
}

/// A device. Its customer is derived from the holder's link, so there is no copy that could be wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Device {
    /// The service desk's configured name.
    pub system: String,
    /// The asset's display id there.
    pub external_id: String,
    /// The requester it is assigned to; `None` for stock (`A07`).
    pub holder: Option<String>,
    /// The display name.
    pub name: String,
    /// The hardware serial number, as entered (`A06`).
    pub serial: Option<String>,
    /// The inverter serial number, as entered (`A06`).
    pub inverter_serial: Option<String>,
    /// State: In Stock, In Use… (`A08`).
    pub state: Option<String>,
    /// The product's name.
    pub product: Option<String>,
    /// The vendor's name.
    pub vendor: Option<String>,
    /// The inverter's vendor.
    pub inverter_vendor: Option<String>,
    /// The asset type's name.
    pub asset_type: Option<String>,
    /// Time of assignment, as reported by the service desk.
    pub assigned_on: Option<Timestamp>,
    /// Start of the last read from the service desk.
    pub read_at: Timestamp,
}

impl Device {
    /// Key of the asset's record.
    pub fn record(&self) -> RecordKey {
        RecordKey::new(&self.system, Kind::Asset, &self.external_id)
    }

    /// Converts an asset to a device. `None` if it is of another type, or in the trash.
    pub fn of(observation: &Observation, device_type: &DeviceType) -> Option<Self> {
        let Attributes::Asset(asset) = &observation.attributes else { return None };
        if !device_type.makes_device(asset) {
            return None;
        }
        Some(Self {
            system: observation.key.system.clone(),
            external_id: observation.key.external_id.clone(),
            holder: asset.used_by.clone(),
            name: asset.name.clone(),
            serial: asset.serial.clone(),
            inverter_serial: asset.inverter_serial.clone(),
            state: asset.state.clone(),
            product: asset.product.clone(),
            vendor: asset.vendor.clone(),
            inverter_vendor: asset.inverter_vendor.clone(),
            asset_type: asset.asset_type.clone(),
            assigned_on: asset.assigned_on,
            read_at: observation.read_at,
        })
    }

    /// Text for the search in devices. It includes serial numbers without separators.
    pub fn search_text(&self) -> String {
        let serials: Vec<&str> = self.serial.iter().chain(&self.inverter_serial).map(String::as_str).collect();
        let whole: String = serials.join(" ").chars().filter(|c| c.is_alphanumeric() || *c == ' ').collect();
        let named = [Some(self.name.as_str()), self.product.as_deref(), self.vendor.as_deref()];
        named.into_iter().flatten().chain(serials).chain([whole.as_str()]).collect::<Vec<_>>().join("\n")
    }

    /// Whether the two serial numbers differ: a warning, never a reason to reject (`A06`).
    pub fn serials_differ(&self) -> bool {
        let compared = |entered: &Option<String>| entered.as_deref().and_then(normalise::serial);
        match (compared(&self.serial), compared(&self.inverter_serial)) {
            (Some(hardware), Some(inverter)) => hardware != inverter,
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::record::{Kind, RecordKey};

    fn observed(asset: Asset) -> Observation {
        Observation {
            key: RecordKey::new("freshservice", Kind::Asset, "4"),
            attributes: Attributes::Asset(asset),
            raw: serde_json::Value::Null,
            updated_at: None,
            read_at: Timestamp::UNIX_EPOCH,
        }
    }

    fn bundle() -> Asset {
        Asset {
            name: "PACE 5 kW".into(),
            asset_type_id: "21000855304".into(),
            asset_type: Some("Hybrid Inverter Bundle".into()),
            serial: Some("GW-0001".into()),
            inverter_serial: Some("gw0001".into()),
            ..Asset::default()
        }
    }

    #[test]
    fn a05_only_assets_of_the_configured_type_are_devices() {
        let by_name = DeviceType::default();
        assert!(Device::of(&observed(bundle()), &by_name).is_some());
        assert!(Device::of(&observed(bundle()), &DeviceType("21000855304".into())).is_some());
        let router = Asset { asset_type: Some("Router".into()), asset_type_id: "9".into(), ..bundle() };
        assert_eq!(Device::of(&observed(router), &by_name), None);
        assert_eq!(Device::of(&observed(Asset { trashed: true, ..bundle() }), &by_name), None);
    }

    #[test]
    fn a06_differing_serial_numbers_are_kept_with_a_warning() {
        let same = Device::of(&observed(bundle()), &DeviceType::default()).unwrap();
        assert!(!same.serials_differ());
        let other = Asset { inverter_serial: Some("GW-0002".into()), ..bundle() };
        let other = Device::of(&observed(other), &DeviceType::default()).unwrap();
        assert!(other.serials_differ());
        assert_eq!(other.serial.as_deref(), Some("GW-0001"));
    }

    #[test]
    fn a07_device_without_a_holder_is_in_stock() {
        assert_eq!(Device::of(&observed(bundle()), &DeviceType::default()).unwrap().holder, None);
    }
}
