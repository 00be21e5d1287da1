//! Which device an installation may assign to the customer (`A09`, `A11`).

use serde::{Deserialize, Serialize};

use super::WorkOrderError;
use crate::devices::Device;
use crate::kernel::ids::PlaceId;

/// A device that was installed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InstalledDevice {
    /// The service desk's configured name.
    pub system: String,
    /// The asset's display id.
    pub external_id: String,
    /// Its name.
    pub name: String,
    /// Its serial number.
    pub serial: Option<String>,
}

/// A device with the place where it was put.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StockedDevice {
    /// The device.
    pub device: Device,
    /// The place.
    pub place: Option<PlaceId>,
}

/// The device that was installed, and whether it has to be assigned: it is in stock in one of the technician's vans, or
/// was issued to the customer already. `found` are the devices with the serial number.
///
/// # Errors
/// If no device has the serial number, several have it, or it is somewhere else.
pub fn installed(
    typed: &str,
    found: &[StockedDevice],
    requester: &str,
    vans: &[PlaceId],
) -> Result<(InstalledDevice, bool), WorkOrderError> {
    let typed = typed.trim().to_owned();
    let [StockedDevice { device, place }] = found else {
        return Err(if found.is_empty() {
            WorkOrderError::UnknownSerial(typed)
        } else {
            WorkOrderError::AmbiguousSerial(typed)
        });
    };
    let assign = match device.holder.as_deref() {
        Some(holder) if holder == requester => false,
        Some(_) => return Err(WorkOrderError::NotInStock(typed)),
        None if place.is_some_and(|place| vans.contains(&place)) => true,
        None => return Err(WorkOrderError::NotInVan(typed)),
    };
    let installed = InstalledDevice {
        system: device.system.clone(),
        external_id: device.external_id.clone(),
        name: device.name.clone(),
        serial: device.serial.clone(),
    };
    Ok((installed, assign))
}
