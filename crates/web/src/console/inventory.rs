//! The inventory: devices in stock and assigned, as a list from which one is chosen, and as CSV (`A07`, `A09`).

use axum::extract::{OriginalUri, Query, State};
use axum::http::HeaderMap;
use tessera_core::kernel::record::{Kind, RecordKey};
use tessera_hub::queries::devices::InventoryItem;

use super::{PAGE_SIZE, URLS, chrome, customer_url, device_url, presenter, record_url};
use crate::App;
use crate::auth::caller::Staff;
use crate::devices::list::{ListQuery, suggested, table};
use crate::pages::console::{AssignTarget, Inventory, InventoryRow};
use crate::respond::page::{Answer, PageError, page};

pub(super) async fn list(
    State(app): State<App>,
    staff: Staff,
    Query(query): Query<ListQuery>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
) -> Answer {
    let query = query.limited();
    let (found, more) = query.found(&app, PAGE_SIZE).await?;
    let target = target(&app, &query).await?;
    let only_for = ListQuery { r#for: query.r#for.clone(), ..ListQuery::default() };
    let content = Inventory {
        holdings: query.holdings(),
        suggested: suggested(&found),
        place: query.place(&app).await?,
        narrowed: query.is_narrowed(),
        all_url: only_for.url(URLS.list, ""),
        more_url: found.last().filter(|_| more).map(|last| query.url(URLS.list, &last.device.external_id)),
        csv_url: query.url(URLS.table, ""),
        rows: found.into_iter().map(|item| row(item, target.is_some())).collect(),
        target,
        state: query.state,
        product: query.product,
        asset_type: query.r#type,
        search: query.q,
    };
    page(&app, &chrome(&app, &headers, &uri, &staff).await?, &content)
}

/// The requester for whom a device is chosen.
async fn target(app: &App, query: &ListQuery) -> Result<Option<AssignTarget>, PageError> {
    if query.r#for.is_empty() {
        return Ok(None);
    }
    let name = app.hub.queries().requester_name(&query.r#for).await?;
    let requester_id = query.r#for.clone();
    Ok(Some(AssignTarget { name: name.unwrap_or_else(|| format!("requester {requester_id}")), requester_id }))
}

fn row(item: InventoryItem, with_target: bool) -> InventoryRow {
    let InventoryItem { device, requester, customer, place } = item;
    let url = device_url(&device.external_id);
    let in_stock = device.holder.is_none();
    let holder = device.holder.as_ref().map(|id| {
        let of_requester = || {
            let key = RecordKey::new(&device.system, Kind::Requester, id);
            (requester.filter(|name| !name.is_empty()).unwrap_or_else(|| format!("requester {id}")), record_url(&key))
        };
        customer.map_or_else(of_requester, |(customer, name)| (name, customer_url(customer)))
    });
    InventoryRow {
        assign_action: (with_target && in_stock).then(|| format!("{url}/hand")),
        url,
        state: presenter::asset_state(device.state.as_deref()),
        holder,
        place: place.map(|(id, name)| (name, format!("{}?show=all&place={id}", URLS.list))),
        name: device.name,
        asset_type: device.asset_type,
        product: device.product,
        serial: device.serial,
    }
}

/// The filtered inventory as a table.
pub(super) async fn export(State(app): State<App>, _staff: Staff, Query(query): Query<ListQuery>) -> Answer {
    table(&app, query.limited()).await
}
