//! A device: where it is, issuing it, moving it, and taking it back (`A09`).

use axum::extract::{Form, Path, Query};
use serde::Deserialize;
use tessera_core::kernel::ids::PlaceId;
use tessera_core::persons::place::Place;
use tessera_hub::queries::devices::Holder;
use tessera_hub::queries::warehouse::{Recipient, StockDevice};

use super::URLS;
use crate::auth::worker::{Worker, id};
use crate::console::{asset_state, stale};
use crate::devices::handing::Hand;
use crate::devices::{facts, writes};
use crate::pages::returns::Choice;
use crate::pages::warehouse::{DeviceHolder, Issue, RecipientCard, WarehouseDevice};
use crate::respond::page::{Answer, PageError};

/// Requesters that are offered at once. A longer query narrows them down.
const MAX_OFFERED: usize = 12;
/// Maximum length of what is searched for, in characters.
const MAX_QUERY: usize = 100;

async fn known(worker: &Worker, display_id: &str) -> Result<StockDevice, PageError> {
    worker.app.hub.queries().stock_device(display_id).await?.ok_or(PageError::NOT_FOUND)
}

pub(super) async fn show(worker: Worker, Path(display_id): Path<String>) -> Answer {
    let StockDevice { page: read, place, places } = known(&worker, &display_id).await?;
    let url = URLS.device(&read.key.external_id);
    let at = place.as_ref().map(|place| place.id);
    let content = WarehouseDevice {
        state: asset_state(read.asset.state.as_deref()),
        facts: facts(&read.asset),
        serials_differ: read.serials_differ,
        holder: read.holder.map(|holds| holder(holds, place.as_ref())),
        place: place.as_ref().map(|place| place.name.clone()),
        places: places.iter().map(|it| Choice::new(it.id.to_string(), &it.name, Some(it.id) == at)).collect(),
        seen_at: read.read_at,
        issue_url: format!("{url}/issue"),
        hand_action: format!("{url}/hand"),
        place_action: format!("{url}/place"),
        reread_action: format!("{url}/reread"),
        writes: read.writes.iter().map(|write| writes::line(&worker.app, URLS, write)).collect(),
        stale: stale(&worker.app, &[&read.key.system]),
        id: read.key.external_id,
        name: read.asset.name,
    };
    worker.page(&content)
}

/// What the work needs to know of a holder.
fn holder(holder: Holder, place: Option<&Place>) -> DeviceHolder {
    let requester_id = holder.requester.external_id;
    DeviceHolder {
        name: holder.name.unwrap_or_else(|| format!("requester {requester_id}")),
        address: place.and_then(|place| place.address.clone()),
        requester_id,
    }
}

/// Whom a device is to go to: what was typed.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct To {
    q: String,
}

/// Searches the customer who is to get the device.
pub(super) async fn issue(worker: Worker, Path(display_id): Path<String>, Query(To { q }): Query<To>) -> Answer {
    let device = known(&worker, &display_id).await?.page;
    let query: String = q.trim().chars().take(MAX_QUERY).collect();
    let (found, more) = worker.app.hub.queries().recipients(&query, MAX_OFFERED).await?;
    let url = URLS.device(&device.key.external_id);
    let holds = device.holder.as_ref().map(|holder| holder.requester.external_id.clone());
    let content = Issue {
        device: device.asset.name,
        serial: device.asset.serial,
        found: found.into_iter().map(|recipient| card(recipient, holds.as_deref())).collect(),
        more,
        hand_action: format!("{url}/hand"),
        expected: holds.unwrap_or_default(),
        find_url: format!("{url}/issue"),
        back_url: url,
        query,
    };
    worker.page(&content)
}

fn card(recipient: Recipient, holder: Option<&str>) -> RecipientCard {
    let Recipient { requester_id, name, address, active } = recipient;
    let has_it = holder == Some(requester_id.as_str());
    RecipientCard { name, address, can_get: active && !has_it, has_it, requester_id }
}

/// Issues a device to a customer, moves it to another one, or takes it back into stock.
pub(super) async fn hand(worker: Worker, Path(display_id): Path<String>, Form(hand): Form<Hand>) -> Answer {
    known(&worker, &display_id).await?;
    let asked = hand.request(&worker.app, &display_id, worker.ctx()).await;
    worker.follow(&URLS.device(&display_id), asked.map(|write| URLS.write(write.id)))
}

/// Form: the new place of a device.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Where {
    place: String,
}

/// Moves a device to another place of its holder.
pub(super) async fn place(worker: Worker, Path(display_id): Path<String>, Form(to): Form<Where>) -> Answer {
    let place: PlaceId = id(&to.place)?;
    let StockDevice { places, .. } = known(&worker, &display_id).await?;
    // A place that is no longer in use, or of someone else, is not offered.
    let chosen = places.into_iter().find(|known| known.id == place).ok_or(PageError::NOT_FOUND)?;
    let moved = worker.app.hub.place_device(&display_id, Some(place), worker.ctx()).await;
    worker.back(&URLS.device(&display_id), moved.map(|()| format!("It is at {} now.", chosen.name)))
}

/// Reads the device in the service desk again.
pub(super) async fn reread(worker: Worker, Path(display_id): Path<String>) -> Answer {
    let key = known(&worker, &display_id).await?.page.key;
    let read = worker.app.hub.read_through(&key, worker.ctx()).await;
    worker.back(&URLS.device(&display_id), read.map(|()| "The device was read again.".to_owned()))
}
