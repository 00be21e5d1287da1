//! Devices (`A05`), and finding one by its serial number.

use axum::extract::State;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tessera_core::kernel::normalise;
use tessera_hub::queries::devices::FoundDevice as Found;
use utoipa::{IntoParams, ToSchema};

use super::me::CustomerRef;
use super::problems;
use crate::auth::caller::Machine;
use crate::extract::api::{Json, Query, bad_parameter};
use crate::{App, Problem};

/// Maximum number of devices returned for a serial number.
const MAX_FOUND: usize = 50;

/// A device.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Device {
    /// The device's id: the asset's display id in the service desk.
    #[schema(example = "1042")]
    id: String,
    /// The display name.
    #[schema(example = "PACE 5 kW")]
    name: String,
    /// The hardware serial number, as entered (`A06`).
    #[schema(required, example = "HIB26W1400017")]
    serial: Option<String>,
    /// The inverter serial number, as entered (`A06`).
    #[schema(required, example = "HIB26W1400017")]
    inverter_serial: Option<String>,
    /// Whether the two serial numbers differ. This is worth checking, but is not an error.
    serials_differ: bool,
    /// The product's name.
    #[schema(required, example = "PACE")]
    product: Option<String>,
    /// The vendor's name.
    #[schema(required, example = "Wetility")]
    vendor: Option<String>,
    /// The inverter's vendor.
    #[schema(required, example = "GoodWe")]
    inverter_vendor: Option<String>,
    /// The state, as named in the service desk.
    #[schema(required, example = "In Use")]
    state: Option<String>,
    /// When the device was assigned, according to the service desk.
    #[schema(required)]
    assigned_on: Option<Timestamp>,
    /// When the device was last read from the service desk.
    as_of: Timestamp,
}

impl From<tessera_core::devices::Device> for Device {
    fn from(device: tessera_core::devices::Device) -> Self {
        Self {
            serials_differ: device.serials_differ(),
            id: device.external_id,
            name: device.name,
            serial: device.serial,
            inverter_serial: device.inverter_serial,
            product: device.product,
            vendor: device.vendor,
            inverter_vendor: device.inverter_vendor,
            state: device.state,
            assigned_on: device.assigned_on,
            as_of: device.read_at,
        }
    }
}

/// A device and its holder.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct FoundDevice {
    /// The device.
    device: Device,
    /// The system the device was read from.
    #[schema(example = "freshservice")]
    system: String,
    /// The requester the device is assigned to; `null` for stock (`A07`).
    #[schema(required, example = "21000418006")]
    requester_id: Option<String>,
    /// The customer who sees the device.
    #[schema(required)]
    customer: Option<CustomerRef>,
}

/// The devices found.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct FoundDevices {
    /// The devices, at most 50.
    items: Vec<FoundDevice>,
}

/// The serial number to find.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct BySerial {
    /// The hardware or inverter serial number. Spaces, hyphens and letter case are ignored.
    #[param(example = "hib26w14-00017")]
    serial: String,
}

/// Find devices by serial number
#[utoipa::path(
    get, path = "/devices", operation_id = "findDevices", tag = "Admin", security(("apiKey" = [])),
    params(BySerial),
    responses((status = 200, description = "The devices with this serial number", body = FoundDevices), problems::Any),
)]
pub(super) async fn find(
    State(app): State<App>,
    _machine: Machine,
    Query(BySerial { serial }): Query<BySerial>,
) -> Result<Json<FoundDevices>, Problem> {
    let serial = normalise::serial(&serial)
        .ok_or_else(|| bad_parameter("`serial` holds neither a letter nor a digit, so nothing can be found by it"))?;
    let found = app.hub.queries().devices_by_serial(&serial, MAX_FOUND).await?;
    let item = |it: Found| FoundDevice {
        system: it.device.system.clone(),
        requester_id: it.device.holder.clone(),
        customer: it.customer.map(|(id, name)| CustomerRef { id: id.0, name }),
        device: it.device.into(),
    };
    Ok(Json(FoundDevices { items: found.into_iter().map(item).collect() }))
}
