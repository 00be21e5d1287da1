//! Devices: their holders, assigning them, and creating new ones (`A08`, `A09`).

use std::collections::BTreeMap;

use axum::extract::{Form, OriginalUri, Path, Query, State};
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse, Redirect};
use serde::Deserialize;
use tessera_core::devices::asset_form::{AssetForm, FormField};
use tessera_core::devices::device_writes::{AssetChange, DeviceWrite, WriteState};
use tessera_core::kernel::ids::DeviceWriteId;
use tessera_core::kernel::record::{Asset, Kind, RecordKey};
use tessera_core::messages::DeviceReading;
use tessera_hub::queries::devices::{DevicePage, Holder as DeviceHolder};
use tessera_hub::{DeviceDraft, Expected, HubError};

use super::{back, chrome, customer_url, device_url, id, record_url, write_url};
use crate::App;
use crate::auth::caller::Staff;
use crate::console::form_errors::DeviceFormError;
use crate::console::presenter;
use crate::pages::console as view;
use crate::pages::console::{Badge, DeviceWrite as DeviceWritePage, Field, Holder, NewDevice, ReadingLine, WriteLine};
use crate::pages::{Fact, Flash, Tone};
use crate::respond::page::{Answer, PageError, page, page_with, redirect_with};
use crate::timeline::staff;

/// Prefix of the names of form fields for fields of the service desk.
const FIELD: &str = "field.";

/// A device's page.
pub(super) async fn device(
    State(app): State<App>,
    staff: Staff,
    Path(display_id): Path<String>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
) -> Answer {
    let chrome = chrome(&app, &headers, &uri, &staff).await?;
    let read = app.hub.queries().device_page(&display_id).await?.ok_or(PageError::NOT_FOUND)?;
    page(&app, &chrome, &shown(&app, read))
}

fn asset_key(app: &App, display_id: &str) -> RecordKey {
    RecordKey::new(app.hub.desk.name(), Kind::Asset, display_id)
}

fn shown(app: &App, read: DevicePage) -> view::Device {
    let DevicePage { key, asset, read_at, is_there, serials_differ, holder: holds, writes, readings } = read;
    let url = device_url(&key.external_id);
    view::Device {
        state: if is_there {
            presenter::asset_state(asset.state.as_deref())
        } else {
            Badge::new("In the trash or gone", Tone::Warn)
        },
        facts: facts(&asset),
        serials_differ,
        holder: holds.map(holder),
        seen_at: read_at,
        url: app.hub.config.addresses.record(&key),
        hand_action: is_there.then(|| format!("{url}/hand")),
        to: String::new(),
        writes: writes.iter().map(|write| line(app, write)).collect(),
        readings: readings.into_iter().map(reading).collect(),
        stale: presenter::stale(app, &[&key.system]),
        reread_action: format!("{url}/reread"),
        id: key.external_id,
        name: asset.name,
    }
}

fn facts(asset: &Asset) -> Vec<Fact> {
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

fn holder(holder: DeviceHolder) -> Holder {
    let DeviceHolder { requester, name, customer } = holder;
    Holder {
        name: name.unwrap_or_else(|| format!("requester {}", requester.external_id)),
        url: customer.map_or_else(|| record_url(&requester), customer_url),
        linked: customer.is_some(),
        requester_id: requester.external_id,
    }
}

fn line(app: &App, write: &DeviceWrite) -> WriteLine {
    WriteLine {
        url: write_url(write.id),
        what: presenter::sentence(&write.change.sentence()),
        state: badge(&write.state),
        asked: presenter::done(app, write.created_at, &write.asked_by.to_string()),
    }
}

fn reading(reading: DeviceReading) -> ReadingLine {
    let unit = reading.unit.map(|unit| format!(" {unit}")).unwrap_or_default();
    ReadingLine { measure: reading.measure, value: format!("{}{unit}", reading.value), at: reading.measured_at }
}

pub(super) fn badge(state: &WriteState) -> Badge {
    match state {
        WriteState::Waiting => Badge::new("Waiting", Tone::Warn),
        WriteState::Done { .. } => Badge::new("Done", Tone::Good),
        WriteState::Failed { .. } => Badge::new("Failed", Tone::Bad),
        WriteState::Superseded { .. } => Badge::new("Overtaken", Tone::Warn),
        WriteState::Cancelled { .. } => Badge::new("Cancelled", Tone::Plain),
    }
}

/// Form for changing the holder of a device.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Hand {
    to: String,
    expected: String,
    /// Whether to return the device to stock. An explicit field, so that an empty name does not unassign a device by
    /// accident.
    stock: bool,
}

/// Assigns a device to a requester, or returns it to stock.
pub(super) async fn hand(
    State(app): State<App>,
    staff: Staff,
    Path(display_id): Path<String>,
    Form(hand): Form<Hand>,
) -> Answer {
    let url = device_url(&display_id);
    let outcome = async {
        let to = if hand.stock { None } else { app.hub.queries().requester_typed(&hand.to).await? };
        if to.is_none() && !hand.stock {
            return Err(DeviceFormError::NobodyNamed.into());
        }
        let expected = match hand.expected.trim() {
            "" => Expected::Stock,
            id => Expected::Requester(id),
        };
        let ctx = &staff.ctx();
        app.hub.hand_device(&display_id, to.as_deref(), expected, ctx).await
    };
    follow(&app, &url, outcome.await)
}

/// Assigns the device entered in a customer's form to the customer's requester.
pub(super) async fn assign(app: &App, staff: &Staff, requester: &RecordKey, named: &str, url: &str) -> Answer {
    let outcome = async {
        let device = app.hub.queries().device_typed(named).await?;
        let ctx = &staff.ctx();
        // A device with another holder is moved on its own page, which shows the current holder.
        app.hub.hand_device(&device, Some(&requester.external_id), Expected::Stock, ctx).await
    };
    follow(app, url, outcome.await)
}

fn follow(app: &App, from: &str, outcome: Result<DeviceWrite, HubError>) -> Answer {
    match outcome {
        Ok(write) => Ok(Redirect::to(&write_url(write.id)).into_response()),
        Err(error) => back(app, from, Err(error)),
    }
}

/// Reads the device in the service desk again.
pub(super) async fn reread(State(app): State<App>, staff: Staff, Path(display_id): Path<String>) -> Answer {
    let outcome = app.hub.read_through(&asset_key(&app, &display_id), &staff.ctx()).await;
    back(&app, &device_url(&display_id), outcome.map(|()| "The device was read again.".to_owned()))
}

/// Query: the future holder of a new device.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct For {
    r#for: String,
}

/// The form for a new device.
pub(super) async fn new(
    State(app): State<App>,
    staff: Staff,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    Query(For { r#for }): Query<For>,
) -> Answer {
    form(&app, &staff, &uri, &headers, BTreeMap::from([("for".to_owned(), r#for)]), Vec::new()).await
}

async fn form(
    app: &App,
    staff: &Staff,
    uri: &Uri,
    headers: &HeaderMap,
    typed: BTreeMap<String, String>,
    problems: Vec<String>,
) -> Answer {
    let described = match app.hub.device_form().await {
        Ok(described) => described,
        // What was typed stays on the page, although the form was never read.
        Err(_) if !problems.is_empty() => typed_form(&typed),
        Err(error) => return back(app, "/console", Err(error)),
    };
    let value = |key: &str| typed.get(key).cloned().unwrap_or_default();
    let (serial, inverter_serial) = (described.serial, described.inverter_serial);
    let content = NewDevice {
        action: "/console/devices".to_owned(),
        asset_type: described.asset_type,
        name: value("name"),
        to: value("for"),
        fields: described
            .fields
            .into_iter()
            .map(|field| Field {
                value: value(&format!("{FIELD}{}", field.key)),
                // The inverter’s serial number defaults to the device’s, so it may be empty.
                required: field.key == serial || (field.required && field.key != inverter_serial),
                choices: field.choices.into_iter().map(|choice| choice.label).collect(),
                key: field.key,
                label: field.label,
            })
            .collect(),
        problems,
    };
    let status = if content.problems.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    page_with(app, &chrome(app, headers, uri, staff).await?, &content, status)
}

/// A form of the fields that were typed.
fn typed_form(typed: &BTreeMap<String, String>) -> AssetForm {
    let keys = typed.keys().filter_map(|name| name.strip_prefix(FIELD));
    let field = |key: &str| FormField {
        key: key.to_owned(),
        name: key.to_owned(),
        label: presenter::sentence(&key.replace('_', " ")),
        required: false,
        choices: Vec::new(),
    };
    AssetForm { fields: keys.map(field).collect(), ..AssetForm::default() }
}

/// Creates a device.
pub(super) async fn create(
    State(app): State<App>,
    staff: Staff,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    Form(typed): Form<BTreeMap<String, String>>,
) -> Answer {
    let outcome = async {
        let fields = typed.iter().filter_map(|(name, value)| Some((name.strip_prefix(FIELD)?, value)));
        let draft = DeviceDraft {
            name: typed.get("name").cloned().unwrap_or_default(),
            fields: fields.map(|(key, value)| (key.to_owned(), value.clone())).collect(),
            requester_id: app
                .hub
                .queries()
                .requester_typed(typed.get("for").map(String::as_str).unwrap_or_default())
                .await?,
        };
        app.hub.create_device(&draft, &staff.ctx()).await
    };
    match outcome.await {
        Ok(write) => Ok(Redirect::to(&write_url(write.id)).into_response()),
        Err(error @ HubError::Store(_)) => Err(error.into()),
        Err(error) => {
            let problems = error.problems().iter().map(|problem| presenter::sentence(problem)).collect();
            form(&app, &staff, &uri, &headers, typed, problems).await
        }
    }
}

/// The page of a device write.
pub(super) async fn write(
    State(app): State<App>,
    staff: Staff,
    Path(write_id): Path<String>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
) -> Answer {
    let write = app.hub.device_write(id(&write_id)?).await?;
    let chrome = chrome(&app, &headers, &uri, &staff).await?;
    let device = match (&write.state, &write.change) {
        (WriteState::Done { display_id }, _) => Some(display_id.as_str()),
        (_, AssetChange::Hand(handing)) => Some(handing.display_id.as_str()),
        (_, AssetChange::Create(_)) => None,
    };
    let detail = match &write.state {
        WriteState::Cancelled { by } => Some(presenter::actor(&app, by)),
        WriteState::Superseded { holder } => Some(presenter::sentence(&staff::superseded(holder.as_deref()))),
        state => state.note().map(presenter::sentence),
    };
    let content = DeviceWritePage {
        what: presenter::sentence(&write.change.sentence()),
        state: write.state.as_str().to_owned(),
        standing: badge(&write.state),
        detail,
        asked: presenter::done(&app, write.created_at, &write.asked_by.to_string()),
        finished_at: write.finished_at,
        device_url: device.map(device_url),
        cancel_action: (write.state == WriteState::Waiting).then(|| format!("{}/cancel", write_url(write.id))),
        stale: presenter::stale(&app, &[app.hub.desk.name()]),
    };
    page(&app, &chrome, &content)
}

/// Cancels a device write.
pub(super) async fn cancel(State(app): State<App>, staff: Staff, Path(write_id): Path<String>) -> Answer {
    let write_id: DeviceWriteId = id(&write_id)?;
    let outcome = app.hub.cancel_device_write(write_id, &staff.ctx()).await;
    match outcome {
        Ok(_) => Ok(redirect_with(&app, &write_url(write_id), Some(&Flash::done("Cancelled. Nothing was changed.")))),
        Err(error) => back(&app, &write_url(write_id), Err(error)),
    }
}
