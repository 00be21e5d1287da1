//! Devices: their holders, assigning them, and creating new ones (`A08`, `A09`).

use axum::extract::{Form, OriginalUri, Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect};
use serde::Deserialize;
use tessera_core::devices::device_writes::DeviceWrite;
use tessera_core::kernel::ids::DeviceWriteId;
use tessera_core::kernel::record::{Kind, RecordKey};
use tessera_core::messages::DeviceReading;
use tessera_hub::queries::devices::{DevicePage, Holder as DeviceHolder};
use tessera_hub::{Expected, HubError};

use super::{URLS, back, chrome, customer_url, device_url, id, record_url};
use crate::App;
use crate::auth::caller::Staff;
use crate::console::presenter;
use crate::devices::form::{self, Typed};
use crate::devices::handing::Hand;
use crate::devices::{facts, writes};
use crate::pages::console as view;
use crate::pages::console::{Badge, Holder, ReadingLine};
use crate::pages::{Flash, Tone};
use crate::respond::page::{Answer, PageError, page, page_with, redirect_with};

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
    let DevicePage { key, asset, read_at, is_there, serials_differ, holder: holds, writes: asked, readings } = read;
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
        writes: asked.iter().map(|write| writes::line(app, URLS, write)).collect(),
        readings: readings.into_iter().map(reading).collect(),
        stale: presenter::stale(app, &[&key.system]),
        reread_action: format!("{url}/reread"),
        id: key.external_id,
        name: asset.name,
    }
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

fn reading(reading: DeviceReading) -> ReadingLine {
    let unit = reading.unit.map(|unit| format!(" {unit}")).unwrap_or_default();
    ReadingLine { measure: reading.measure, value: format!("{}{unit}", reading.value), at: reading.measured_at }
}

/// Assigns a device to a requester, or returns it to stock.
pub(super) async fn hand(
    State(app): State<App>,
    staff: Staff,
    Path(display_id): Path<String>,
    Form(hand): Form<Hand>,
) -> Answer {
    let outcome = hand.request(&app, &display_id, &staff.ctx()).await;
    follow(&app, &device_url(&display_id), outcome)
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
        Ok(write) => Ok(Redirect::to(&URLS.write(write.id)).into_response()),
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
    let typed = Typed::from([("for".to_owned(), r#for)]);
    match form::page(&app, URLS, &typed, Vec::new()).await {
        Ok(content) => page(&app, &chrome(&app, &headers, &uri, &staff).await?, &content),
        Err(error) => back(&app, "/console", Err(error)),
    }
}

/// Creates a device.
pub(super) async fn create(
    State(app): State<App>,
    staff: Staff,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    Form(typed): Form<Typed>,
) -> Answer {
    match form::request(&app, &typed, &staff.ctx()).await {
        Ok(write) => Ok(Redirect::to(&URLS.write(write.id)).into_response()),
        Err(error @ HubError::Store(_)) => Err(error.into()),
        Err(error) => {
            let content = form::page(&app, URLS, &typed, form::problems(&error)).await?;
            page_with(&app, &chrome(&app, &headers, &uri, &staff).await?, &content, StatusCode::UNPROCESSABLE_ENTITY)
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
    page(&app, &chrome(&app, &headers, &uri, &staff).await?, &writes::page(&app, URLS, &write))
}

/// Cancels a device write.
pub(super) async fn cancel(State(app): State<App>, staff: Staff, Path(write_id): Path<String>) -> Answer {
    let write_id: DeviceWriteId = id(&write_id)?;
    let outcome = app.hub.cancel_device_write(write_id, &staff.ctx()).await;
    match outcome {
        Ok(_) => Ok(redirect_with(&app, &URLS.write(write_id), Some(&Flash::done("Cancelled. Nothing was changed.")))),
        Err(error) => back(&app, &URLS.write(write_id), Err(error)),
    }
}
