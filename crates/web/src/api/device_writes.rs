//! Device writes: creating and assigning devices in the service desk (`A08`, `A09`). A request is stored and carried
//! out by a job, so the response is a write whose state can be read.

use std::collections::BTreeMap;

use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tessera_core::devices::asset_form::AssetForm;
use tessera_core::devices::device_writes::{AssetChange, DeviceWrite as CoreDeviceWrite, WriteState};
use tessera_core::kernel::ids::DeviceWriteId;
use tessera_hub::{DeviceDraft, Expected, HubError};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::{BASE, problems};
use crate::api::idempotency_key::idempotency_key;
use crate::auth::caller::Machine;
use crate::extract::api::{Json, Path};
use crate::timeline::events;
use crate::{App, Problem};

/// The fields of a new device.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct DeviceForm {
    /// The asset type of the new device.
    #[schema(example = "Hybrid Inverter Bundle")]
    asset_type: String,
    /// The form's fields.
    fields: Vec<DeviceFormField>,
}

/// A field of the form for a new device.
#[derive(Debug, Serialize, ToSchema)]
struct DeviceFormField {
    /// The field's key in `fields` of a new device.
    #[schema(example = "serial_number")]
    key: String,
    /// The field's label for people.
    #[schema(example = "Serial Number")]
    label: String,
    /// Whether a value is required.
    required: bool,
    /// The allowed values; empty if any text is allowed.
    choices: Vec<String>,
}

impl From<AssetForm> for DeviceForm {
    fn from(form: AssetForm) -> Self {
        let serial = form.serial;
        let fields = form.fields.into_iter().map(|field| DeviceFormField {
            required: field.required || field.key == serial,
            key: field.key,
            label: field.label,
            choices: field.choices.into_iter().map(|choice| choice.label).collect(),
        });
        Self { asset_type: form.asset_type, fields: fields.collect() }
    }
}

/// A new device.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewDevice {
    /// The display name.
    #[schema(example = "PACE 5 kW")]
    name: String,
    /// The fields of the form, by key. The inverter's serial number defaults to the hardware's (`A06`).
    fields: BTreeMap<String, String>,
    /// The requester to assign the device to; `null` or left out for stock (`A07`).
    #[serde(default)]
    #[schema(example = "21000418006")]
    requester_id: Option<String>,
}

/// The new holder of a device.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Holder {
    /// The requester; `null` for stock.
    #[schema(required, example = "21000418006")]
    #[serde(deserialize_with = "Option::deserialize")]
    requester_id: Option<String>,
    /// The holder you expect the device to have now, `null` for stock. If the holder is a different one, nothing is
    /// changed.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    expected_requester_id: Patch,
}

/// An optional field that distinguishes `null` from a missing value.
#[derive(Debug, Default)]
enum Patch {
    /// The field is missing.
    #[default]
    Nothing,
    /// `null`.
    Null,
    /// A value.
    Text(String),
}

impl<'de> Deserialize<'de> for Patch {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Option::deserialize(deserializer)?.map_or(Self::Null, Self::Text))
    }
}

/// A change of a device that was requested from the service desk.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct DeviceWrite {
    /// The write's id.
    id: Uuid,
    /// `waiting`, `done`, `failed`, `superseded` or `cancelled`.
    #[schema(example = "waiting")]
    state: &'static str,
    /// The requested change in a sentence.
    #[schema(example = "assign PACE 5 kW (asset 1042) to requester 21000418006")]
    what: String,
    /// The device; `null` until it has been created.
    #[schema(required, example = "1042")]
    device_id: Option<String>,
    /// Why the write failed, or who cancelled it.
    #[schema(required)]
    detail: Option<String>,
    /// Who requested the write.
    #[schema(example = "api_key:installer")]
    asked_by: String,
    /// When it was requested.
    created_at: Timestamp,
    /// When it ended.
    #[schema(required)]
    finished_at: Option<Timestamp>,
}

impl From<CoreDeviceWrite> for DeviceWrite {
    fn from(write: CoreDeviceWrite) -> Self {
        let device_id = match (&write.state, &write.change) {
            (WriteState::Done { display_id }, _) => Some(display_id.clone()),
            (_, AssetChange::Hand(handing)) => Some(handing.display_id.clone()),
            (_, AssetChange::Create(_)) => None,
        };
        let detail = match &write.state {
            WriteState::Waiting | WriteState::Done { .. } => None,
            WriteState::Superseded { holder } => Some(events::superseded(holder.as_deref())),
            other => other.note().map(ToOwned::to_owned),
        };
        Self {
            id: write.id.0,
            state: write.state.as_str(),
            what: write.change.sentence(),
            device_id,
            detail,
            asked_by: write.asked_by.to_string(),
            created_at: write.created_at,
            finished_at: write.finished_at,
        }
    }
}

/// Get the form for a new device
///
/// The mandatory fields and the fields the hub interprets, with their allowed values, as currently defined in the
/// service desk.
#[utoipa::path(
    get, path = "/device-form", operation_id = "getDeviceForm", tag = "Admin", security(("apiKey" = [])),
    responses((status = 200, description = "The form", body = DeviceForm), problems::Any, problems::Upstream),
)]
pub(super) async fn form(State(app): State<App>, _machine: Machine) -> Result<Json<DeviceForm>, Problem> {
    Ok(Json(app.hub.device_form().await?.into()))
}

/// Create a device
///
/// Creates the device in the service desk, with or without a holder. The write is carried out in the background, and
/// stays `waiting` while the service desk does not respond.
#[utoipa::path(
    post, path = "/devices", operation_id = "createDevice", tag = "Admin", security(("apiKey" = [])),
    params(("idempotency-key" = Option<String>, Header, description = "A new value for each request, at most 255 characters; a repeated request gets the first answer")),
    request_body = NewDevice,
    responses(
        (status = 202, description = "The change is accepted", body = DeviceWrite, headers(("location" = String, description = "The write"))),
        problems::Any, problems::NotFound, problems::Refused, problems::Upstream,
    ),
)]
pub(super) async fn create(
    State(app): State<App>,
    machine: Machine,
    headers: HeaderMap,
    Json(NewDevice { name, fields, requester_id }): Json<NewDevice>,
) -> Result<Response, Problem> {
    let ctx = &machine.ctx_with(idempotency_key(&headers)?, StatusCode::ACCEPTED);
    let draft = DeviceDraft { name, fields, requester_id };
    accepted(app.hub.create_device(&draft, ctx).await)
}

/// Assign, move or unassign a device
///
/// Changes the holder in the service desk. The previous holder sees the device until the service desk has confirmed the
/// change.
#[utoipa::path(
    put, path = "/devices/{id}/holder", operation_id = "setDeviceHolder", tag = "Admin", security(("apiKey" = [])),
    params(ByDevice, ("idempotency-key" = Option<String>, Header, description = "A new value for each request, at most 255 characters; a repeated request gets the first answer")),
    request_body = Holder,
    responses(
        (status = 202, description = "The change is accepted", body = DeviceWrite, headers(("location" = String, description = "The write"))),
        problems::Any, problems::NotFound, problems::Refused, problems::Upstream,
    ),
)]
pub(super) async fn hand(
    State(app): State<App>,
    machine: Machine,
    Path(ByDevice { id }): Path<ByDevice>,
    headers: HeaderMap,
    Json(Holder { requester_id, expected_requester_id }): Json<Holder>,
) -> Result<Response, Problem> {
    let ctx = &machine.ctx_with(idempotency_key(&headers)?, StatusCode::ACCEPTED);
    let expected = match &expected_requester_id {
        Patch::Nothing => Expected::Anyone,
        Patch::Null => Expected::Stock,
        Patch::Text(id) => Expected::Requester(id),
    };
    accepted(app.hub.hand_device(&id, requester_id.as_deref(), expected, ctx).await)
}

/// The device in the path.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(super) struct ByDevice {
    /// The device's id: the asset's display id.
    id: String,
}

/// The write in the path.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(super) struct ById {
    /// The write's id.
    id: Uuid,
}

/// Get a device write
#[utoipa::path(
    get, path = "/device-writes/{id}", operation_id = "getDeviceWrite", tag = "Admin", security(("apiKey" = [])),
    params(ById),
    responses((status = 200, description = "The write", body = DeviceWrite), problems::Any, problems::NotFound),
)]
pub(super) async fn show(
    State(app): State<App>,
    _machine: Machine,
    Path(ById { id }): Path<ById>,
) -> Result<Json<DeviceWrite>, Problem> {
    Ok(Json(app.hub.device_write(DeviceWriteId(id)).await?.into()))
}

/// Cancel a device write
///
/// Possible while the write is waiting and cannot have reached the service desk.
#[utoipa::path(
    delete, path = "/device-writes/{id}", operation_id = "cancelDeviceWrite", tag = "Admin", security(("apiKey" = [])),
    params(ById),
    responses(
        (status = 200, description = "Cancelled", body = DeviceWrite),
        problems::Any, problems::NotFound, problems::Refused,
    ),
)]
pub(super) async fn cancel(
    State(app): State<App>,
    machine: Machine,
    Path(ById { id }): Path<ById>,
) -> Result<Json<DeviceWrite>, Problem> {
    Ok(Json(app.hub.cancel_device_write(DeviceWriteId(id), &machine.ctx()).await?.into()))
}

fn accepted(asked: Result<CoreDeviceWrite, HubError>) -> Result<Response, Problem> {
    let write = asked?;
    let location = format!("{BASE}/device-writes/{}", write.id);
    let mut response = (StatusCode::ACCEPTED, Json(DeviceWrite::from(write))).into_response();
    if let Ok(location) = HeaderValue::from_str(&location) {
        response.headers_mut().insert(header::LOCATION, location);
    }
    Ok(response)
}
