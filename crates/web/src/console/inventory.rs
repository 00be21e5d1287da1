//! The inventory: devices in stock and assigned, as a list from which one is chosen, and as CSV (`A07`, `A09`).

use std::collections::BTreeSet;

use axum::extract::{OriginalUri, Query, State};
use axum::http::HeaderMap;
use serde::Deserialize;
use tessera_core::kernel::ids::PlaceId;
use tessera_core::kernel::record::{Kind, RecordKey};
use tessera_hub::queries::devices::{Holding, InventoryFilter, InventoryItem};
use url::form_urlencoded::Serializer;

use super::{PAGE_SIZE, chrome, customer_url, device_url, presenter, record_url};
use crate::App;
use crate::auth::caller::Staff;
use crate::pages::console::{AssignTarget, Inventory, InventoryRow};
use crate::pages::returns::Choice;
use crate::respond::csv;
use crate::respond::page::{Answer, PageError, page};

const URL: &str = "/console/devices";
/// Maximum length of a filter, in characters.
const MAX_LENGTH: usize = 100;
/// Rows that are read at once for a table.
const BATCH: usize = 500;

/// Filter and paging of the list.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub(super) struct ListQuery {
    show: String,
    state: String,
    product: String,
    r#type: String,
    place: String,
    q: String,
    r#for: String,
    after: String,
}

impl ListQuery {
    /// The entered texts, limited in length.
    fn limited(self) -> Self {
        let short = |text: String| text.trim().chars().take(MAX_LENGTH).collect();
        let Self { show, state, product, r#type, place, q, r#for, after } = self;
        Self {
            show,
            state: short(state),
            product: short(product),
            r#type: short(r#type),
            place,
            q: short(q),
            r#for: short(r#for),
            after,
        }
    }

    /// Which devices. When one is chosen for a customer, those in stock unless others are asked for.
    fn holding(&self) -> Holding {
        match self.show.as_str() {
            "stock" => Holding::Stock,
            "assigned" => Holding::Assigned,
            "" if !self.r#for.is_empty() => Holding::Stock,
            _ => Holding::All,
        }
    }

    fn filter(&self) -> Result<InventoryFilter<'_>, PageError> {
        let place = Some(self.place.as_str()).filter(|place| !place.is_empty());
        Ok(InventoryFilter {
            holding: self.holding(),
            state: &self.state,
            product: &self.product,
            asset_type: &self.r#type,
            place: place.map(super::id::<PlaceId>).transpose()?,
            search: &self.q,
            after: &self.after,
        })
    }

    fn is_narrowed(&self) -> bool {
        let texts = [&self.state, &self.product, &self.r#type, &self.place, &self.q];
        texts.into_iter().any(|text| !text.is_empty())
    }

    /// A URL with these filters, and a cursor.
    fn url(&self, path: &str, after: &str) -> String {
        let mut query = Serializer::new(String::new());
        let pairs = [
            ("show", &self.show),
            ("state", &self.state),
            ("product", &self.product),
            ("type", &self.r#type),
            ("place", &self.place),
            ("q", &self.q),
            ("for", &self.r#for),
        ];
        query.extend_pairs(pairs.into_iter().filter(|(_, value)| !value.is_empty()));
        query.extend_pairs(Some(("after", after)).filter(|(_, after)| !after.is_empty()));
        let query = query.finish();
        if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
    }
}

pub(super) async fn list(
    State(app): State<App>,
    staff: Staff,
    Query(query): Query<ListQuery>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
) -> Answer {
    let query = query.limited();
    let mut found = app.hub.queries().inventory(query.filter()?, PAGE_SIZE + 1).await?;
    let more = found.len() > PAGE_SIZE;
    found.truncate(PAGE_SIZE);
    let target = target(&app, &query).await?;
    let only_for = ListQuery { r#for: query.r#for.clone(), ..ListQuery::default() };
    let holdings = [("stock", "In stock", Holding::Stock), ("assigned", "Assigned", Holding::Assigned)];
    let holdings = holdings.into_iter().chain([("all", "All", Holding::All)]);
    let content = Inventory {
        holdings: holdings.map(|(value, label, it)| Choice::new(value, label, it == query.holding())).collect(),
        suggested: suggested(&found),
        place: place(&app, &query).await?,
        narrowed: query.is_narrowed(),
        all_url: only_for.url(URL, ""),
        more_url: found.last().filter(|_| more).map(|last| query.url(URL, &last.device.external_id)),
        csv_url: query.url(&format!("{URL}/inventory.csv"), ""),
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

/// Id and name of the place in the filter.
async fn place(app: &App, query: &ListQuery) -> Result<Option<(String, String)>, PageError> {
    if query.place.is_empty() {
        return Ok(None);
    }
    let place = app.hub.queries().place(super::id(&query.place)?).await?.ok_or(PageError::NOT_FOUND)?;
    Ok(Some((query.place.clone(), place.name)))
}

/// The states, products and types on a page, each once.
fn suggested(found: &[InventoryItem]) -> [Vec<String>; 3] {
    let values = |of: fn(&InventoryItem) -> &Option<String>| {
        let values: BTreeSet<&String> = found.iter().filter_map(|item| of(item).as_ref()).collect();
        values.into_iter().cloned().collect()
    };
    [values(|it| &it.device.state), values(|it| &it.device.product), values(|it| &it.device.asset_type)]
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
        place: place.map(|(id, name)| (name, format!("{URL}?show=all&place={id}"))),
        name: device.name,
        asset_type: device.asset_type,
        product: device.product,
        serial: device.serial,
    }
}

/// The filtered inventory as a table.
pub(super) async fn export(State(app): State<App>, _staff: Staff, Query(query): Query<ListQuery>) -> Answer {
    let mut query = query.limited();
    let mut table = csv::line([
        "Asset",
        "Name",
        "Type",
        "Product",
        "Vendor",
        "Serial",
        "Inverter serial",
        "Inverter vendor",
        "State",
        "Requester",
        "Used by",
        "Place",
        "Assigned on",
    ]);
    loop {
        let found = app.hub.queries().inventory(query.filter()?, BATCH).await?;
        for item in &found {
            table.push_str(&line(item));
        }
        match found.last().filter(|_| found.len() == BATCH) {
            Some(last) => last.device.external_id.clone_into(&mut query.after),
            None => break,
        }
    }
    Ok(csv::download("inventory.csv", table))
}

fn line(item: &InventoryItem) -> String {
    let device = &item.device;
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let used_by = item.customer.as_ref().map(|(_, name)| name.clone()).or_else(|| item.requester.clone());
    let place = item.place.as_ref().map(|(_, name)| name.clone());
    let assigned_on = device.assigned_on.map(|at| at.to_string());
    let cells = [
        device.external_id.clone(),
        device.name.clone(),
        text(&device.asset_type),
        text(&device.product),
        text(&device.vendor),
        text(&device.serial),
        text(&device.inverter_serial),
        text(&device.inverter_vendor),
        text(&device.state),
        text(&device.holder),
        text(&used_by),
        text(&place),
        text(&assigned_on),
    ];
    csv::line(cells.iter().map(String::as_str))
}
