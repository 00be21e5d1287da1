//! Places: persons see what is at the places assigned to them (`P08`).

use axum::extract::State;
use axum::http::StatusCode;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tessera_core::kernel::ids::{CustomerId, PlaceId};
use tessera_core::persons::place::{Place as Kept, PlaceDraft};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::persons::refused;
use crate::api::problems;
use crate::auth::caller::Machine;
use crate::extract::api::{Json, Path, Query};
use crate::extract::cursor;
use crate::extract::patch::Patch;
use crate::{App, Problem};

const LIST: &str = "places";

/// A place.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::api) struct Place {
    /// The place's id. A customer's home place has the customer's id.
    id: Uuid,
    /// The place's name.
    #[schema(example = "Harbour warehouse")]
    name: String,
    /// The place that this place is part of.
    #[schema(required)]
    parent_id: Option<Uuid>,
    /// The postal address, in lines.
    #[schema(required, example = "1 Example Street\n12345 Exampletown")]
    address: Option<String>,
    /// The customer that owns the place.
    #[schema(required)]
    owner_id: Option<Uuid>,
    /// Whether the place is in use.
    active: bool,
    /// When the place was created.
    created_at: Timestamp,
    /// Version number, incremented by every change.
    #[schema(example = 1)]
    version: i64,
}

impl From<Kept> for Place {
    fn from(place: Kept) -> Self {
        Self {
            id: place.id.0,
            name: place.name,
            parent_id: place.parent_id.map(|id| id.0),
            address: place.address,
            owner_id: place.owner.map(|id| id.0),
            active: place.active,
            created_at: place.created_at,
            version: place.version,
        }
    }
}

/// A page of places.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::api) struct Places {
    /// The places, ordered by id.
    items: Vec<Place>,
    /// Cursor of the next page; `null` on the last page.
    #[schema(required)]
    next_cursor: Option<String>,
}

/// A new place.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::api) struct NewPlace {
    /// The place's name.
    #[schema(example = "Harbour warehouse", min_length = 1)]
    name: String,
    /// The place that this place is part of.
    #[serde(default)]
    parent_id: Option<Uuid>,
    /// The postal address, in lines.
    #[serde(default)]
    address: Option<String>,
    /// The customer that owns the place. Defaults to the operating company.
    #[serde(default)]
    owner_id: Option<Uuid>,
}

/// Changes of a place. Fields that are left out keep their value.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::api) struct PlaceChange {
    /// The place's name.
    #[serde(default)]
    #[schema(min_length = 1)]
    name: Option<String>,
    /// The place that this place is part of; `null` to remove it.
    #[serde(default)]
    #[schema(value_type = Option<Uuid>)]
    parent_id: Patch<Uuid>,
    /// The postal address; `null` to remove it.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    address: Patch<String>,
    /// Whether the place is in use.
    #[serde(default)]
    active: Option<bool>,
}

/// The place in the path.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(in crate::api) struct ById {
    /// The place's id.
    id: Uuid,
}

/// Filter and paging of the list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::api) struct ListQuery {
    /// Only places of this customer. All of them are returned at once, without paging.
    owner_id: Option<Uuid>,
    /// The `next_cursor` of the previous page.
    cursor: Option<String>,
    /// Maximum number of items per page, at most 200.
    limit: Option<u16>,
}

/// Create a place
#[utoipa::path(
    post, path = "/places", operation_id = "createPlace", tag = "Admin", security(("apiKey" = [])), request_body = NewPlace,
    responses((status = 201, description = "The place", body = Place), problems::Any, problems::Refused),
)]
pub(in crate::api) async fn create(
    State(app): State<App>,
    machine: Machine,
    Json(new): Json<NewPlace>,
) -> Result<(StatusCode, Json<Place>), Problem> {
    let wanted =
        PlaceDraft { name: new.name, parent_id: new.parent_id.map(PlaceId), address: new.address, active: true };
    let by = &machine.ctx();
    let made = app.hub.create_place(wanted, new.owner_id.map(CustomerId), by).await.map_err(refused)?;
    Ok((StatusCode::CREATED, Json(made.into())))
}

/// List places
#[utoipa::path(
    get, path = "/places", operation_id = "listPlaces", tag = "Admin", security(("apiKey" = [])), params(ListQuery),
    responses((status = 200, description = "A page of places", body = Places), problems::Any),
)]
pub(in crate::api) async fn list(
    State(app): State<App>,
    _machine: Machine,
    Query(wanted): Query<ListQuery>,
) -> Result<Json<Places>, Problem> {
    if let Some(owner) = wanted.owner_id {
        let found = app.hub.queries().places_of(CustomerId(owner)).await?;
        return Ok(Json(Places { items: found.into_iter().map(Place::from).collect(), next_cursor: None }));
    }
    let after = cursor::read::<PlaceId>(LIST, wanted.cursor.as_deref())?;
    let size = cursor::page_size(wanted.limit)?;
    let found = app.hub.queries().places_after(after, size + 1).await?;
    let (found, next_cursor) = cursor::page(LIST, found, size, |last| last.id.to_string());
    Ok(Json(Places { items: found.into_iter().map(Place::from).collect(), next_cursor }))
}

/// The location of a device.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::api) struct DevicePlace {
    /// A place of the device's owner; `null` for the owner's home place.
    #[schema(required)]
    #[serde(deserialize_with = "Option::deserialize")]
    place_id: Option<Uuid>,
}

/// The device in the path.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(in crate::api) struct ByDevice {
    /// The device's display id.
    #[param(example = "1042")]
    id: String,
}

/// Set the place of a device
///
/// Persons with access to the place see the device. A device that gets a new owner moves to the new owner's home place.
#[utoipa::path(
    put, path = "/devices/{id}/place", operation_id = "placeDevice", tag = "Admin", security(("apiKey" = [])),
    params(ByDevice), request_body = DevicePlace,
    responses((status = 204, description = "The device is at the place"), problems::Any, problems::NotFound, problems::Refused),
)]
pub(in crate::api) async fn place_device(
    State(app): State<App>,
    machine: Machine,
    Path(ByDevice { id }): Path<ByDevice>,
    Json(DevicePlace { place_id }): Json<DevicePlace>,
) -> Result<StatusCode, Problem> {
    let by = &machine.ctx();
    app.hub.place_device(&id, place_id.map(PlaceId), by).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Get a place
#[utoipa::path(
    get, path = "/places/{id}", operation_id = "getPlace", tag = "Admin", security(("apiKey" = [])), params(ById),
    responses((status = 200, description = "The place", body = Place), problems::Any, problems::NotFound),
)]
pub(in crate::api) async fn show(
    State(app): State<App>,
    _machine: Machine,
    Path(ById { id }): Path<ById>,
) -> Result<Json<Place>, Problem> {
    let found = app.hub.queries().place(PlaceId(id)).await?;
    Ok(Json(found.ok_or_else(|| Problem::not_found(format!("there is no place {id}")))?.into()))
}

/// Change a place
#[utoipa::path(
    patch, path = "/places/{id}", operation_id = "changePlace", tag = "Admin", security(("apiKey" = [])), params(ById),
    request_body = PlaceChange,
    responses(
        (status = 200, description = "The place", body = Place),
        problems::Any, problems::NotFound, problems::Refused,
    ),
)]
pub(in crate::api) async fn change(
    State(app): State<App>,
    machine: Machine,
    Path(ById { id }): Path<ById>,
    Json(change): Json<PlaceChange>,
) -> Result<Json<Place>, Problem> {
    if app.hub.queries().place(PlaceId(id)).await?.is_none() {
        return Err(Problem::not_found(format!("there is no place {id}")));
    }
    let by = &machine.ctx();
    let wanted = |before: &Kept| PlaceDraft {
        name: change.name.clone().unwrap_or_else(|| before.name.clone()),
        parent_id: change.parent_id.over(before.parent_id),
        address: change.address.over(before.address.clone()),
        active: change.active.unwrap_or(before.active),
    };
    Ok(Json(app.hub.change_place(PlaceId(id), wanted, by).await.map_err(refused)?.into()))
}
