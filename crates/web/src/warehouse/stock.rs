//! The stock by place and state, and the look-up of a serial number (`A06`, `A07`).

use axum::extract::Query;
use axum::response::{IntoResponse, Redirect};
use serde::Deserialize;
use tessera_core::persons::place::Place;
use tessera_hub::HubError;
use tessera_hub::queries::devices::InventoryItem;

use super::{HOME, URLS};
use crate::auth::worker::Worker;
use crate::console::asset_state;
use crate::devices::list::{ListQuery, suggested, table};
use crate::pages::returns::Choice;
use crate::pages::warehouse::{Stock, StockRow};
use crate::respond::page::Answer;

/// Devices on a page.
const PAGE_SIZE: usize = 30;

/// What a worker asks for: the stock, unless something else is named or looked for.
fn asked(query: ListQuery) -> ListQuery {
    let mut query = query.limited();
    if query.show.is_empty() {
        (if query.q.is_empty() { "stock" } else { "all" }).clone_into(&mut query.show);
    }
    query
}

pub(super) async fn list(worker: Worker, Query(query): Query<ListQuery>) -> Answer {
    let query = asked(query);
    let (found, more) = query.found(&worker.app, PAGE_SIZE).await?;
    let places = worker.app.hub.queries().stock_places().await?;
    let content = Stock {
        holdings: query.holdings(),
        places: places_of(&places, &query.place),
        suggested: suggested(&found),
        narrowed: query.is_narrowed(),
        differ: query.show == "differ",
        more_url: found.last().filter(|_| more).map(|last| query.url(URLS.list, &last.device.external_id)),
        csv_url: query.url(URLS.table, ""),
        rows: found.into_iter().map(row).collect(),
        state: query.state,
        product: query.product,
        asset_type: query.r#type,
        search: query.q,
    };
    worker.page(&content)
}

fn places_of(places: &[Place], chosen: &str) -> Vec<Choice> {
    let choice = |place: &Place| Choice::new(place.id.to_string(), &place.name, place.id.to_string() == chosen);
    places.iter().map(choice).collect()
}

fn row(item: InventoryItem) -> StockRow {
    let InventoryItem { device, requester, customer, place } = item;
    let holder = device.holder.as_ref().map(|id| {
        let name = customer.map(|(_, name)| name).or(requester).filter(|name| !name.is_empty());
        name.unwrap_or_else(|| format!("requester {id}"))
    });
    StockRow {
        url: URLS.device(&device.external_id),
        state: asset_state(device.state.as_deref()),
        other_serial: if device.serials_differ() { device.inverter_serial.clone() } else { None },
        place: place.map(|(_, name)| name),
        holder,
        name: device.name,
        product: device.product,
        serial: device.serial,
    }
}

/// The filtered list as a table.
pub(super) async fn export(worker: Worker, Query(query): Query<ListQuery>) -> Answer {
    table(&worker.app, asked(query)).await
}

/// What is looked up.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Find {
    q: String,
}

/// Looks up a serial number, a tag or an asset id, however it is written. A single device is opened; otherwise the list
/// shows what begins with it.
pub(super) async fn find(worker: Worker, Query(Find { q }): Query<Find>) -> Answer {
    let queries = worker.app.hub.queries();
    let q = ListQuery { q, ..ListQuery::default() }.limited();
    if q.q.is_empty() {
        return Ok(Redirect::to(HOME).into_response());
    }
    let to = match queries.device_typed(&q.q).await {
        Ok(id) if queries.stock_device(&id).await?.is_some() => URLS.device(&id),
        Err(error @ HubError::Store(_)) => return Err(error.into()),
        Ok(_) | Err(_) => q.url(HOME, ""),
    };
    Ok(Redirect::to(&to).into_response())
}
