//! The inventory: all devices, in stock and assigned (`A07`).

use axum::extract::State;
use serde::{Deserialize, Serialize};
use tessera_core::kernel::ids::PlaceId;
use tessera_hub::queries::devices::{Holding, InventoryFilter, InventoryItem as Item};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::devices::Device;
use super::me::CustomerRef;
use super::problems;
use crate::auth::caller::Machine;
use crate::extract::api::{Json, Query, bad_parameter};
use crate::extract::cursor;
use crate::{App, Problem};

const LIST: &str = "inventory";

/// A page of the inventory.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Inventory {
    /// The devices, in the order of their ids as text.
    items: Vec<InventoryItem>,
    /// Cursor of the next page; `null` on the last page.
    #[schema(required)]
    next_cursor: Option<String>,
}

/// A device with its holder and place.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct InventoryItem {
    /// The device.
    device: Device,
    /// The asset type's name.
    #[schema(required, example = "Hybrid Inverter Bundle")]
    asset_type: Option<String>,
    /// The requester the device is assigned to; `null` for stock.
    #[schema(required, example = "21000418006")]
    requester_id: Option<String>,
    /// The customer of the requester.
    #[schema(required)]
    customer: Option<CustomerRef>,
    /// The id of the place the device is at.
    #[schema(required)]
    place_id: Option<Uuid>,
    /// The device's address in the service desk, if the hub's configuration has the pattern.
    #[schema(required)]
    url: Option<String>,
}

/// Filter and page.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct Filter {
    /// `stock`, `assigned` or `all`; all by default.
    #[param(example = "stock", pattern = "^(stock|assigned|all)$")]
    show: Option<String>,
    /// Only devices in this state, as named in the service desk.
    #[param(example = "In Stock")]
    state: Option<String>,
    /// Only devices of this product.
    #[param(example = "PACE")]
    product: Option<String>,
    /// Only devices of this asset type, by name.
    #[param(example = "Hybrid Inverter Bundle")]
    asset_type: Option<String>,
    /// Only devices at this place.
    place_id: Option<Uuid>,
    /// Beginning of a serial number, of a tag, or of words of the name.
    #[param(example = "HIB26")]
    q: Option<String>,
    /// Maximum number of items per page, 1 to 200; 50 by default.
    limit: Option<u16>,
    /// The `next_cursor` of the previous page.
    cursor: Option<String>,
}

/// List the inventory
///
/// All devices, in stock and assigned, with holder and place.
#[utoipa::path(
    get, path = "/inventory", operation_id = "listInventory", tag = "Admin", security(("apiKey" = [])),
    params(Filter),
    responses((status = 200, description = "A page of devices", body = Inventory), problems::Any),
)]
pub(super) async fn list(
    State(app): State<App>,
    _machine: Machine,
    Query(filter): Query<Filter>,
) -> Result<Json<Inventory>, Problem> {
    let size = cursor::page_size(filter.limit)?;
    let after: String = cursor::read(LIST, filter.cursor.as_deref())?.unwrap_or_default();
    let holding = match filter.show.as_deref() {
        None | Some("all") => Holding::All,
        Some("stock") => Holding::Stock,
        Some("assigned") => Holding::Assigned,
        Some(_) => return Err(bad_parameter("`show` is `stock`, `assigned` or `all`")),
    };
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let (state, product, asset_type, search) =
        (text(&filter.state), text(&filter.product), text(&filter.asset_type), text(&filter.q));
    let narrowed = InventoryFilter {
        holding,
        state: &state,
        product: &product,
        asset_type: &asset_type,
        place: filter.place_id.map(PlaceId),
        search: &search,
        after: &after,
    };
    let found = app.hub.queries().inventory(narrowed, size + 1).await?;
    let (found, next_cursor) = cursor::page(LIST, found, size, |last| last.device.external_id.clone());
    let item = |it: Item| InventoryItem {
        url: app.hub.config.addresses.record(&it.device.record()),
        asset_type: it.device.asset_type.clone(),
        requester_id: it.device.holder.clone(),
        customer: it.customer.map(|(id, name)| CustomerRef { id: id.0, name }),
        place_id: it.place.map(|(id, _)| id.0),
        device: it.device.into(),
    };
    Ok(Json(Inventory { items: found.into_iter().map(item).collect(), next_cursor }))
}
