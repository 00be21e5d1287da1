//! Places: what people see follows from those listed for them (`P08`).

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

/// Somewhere.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::api) struct Place {
    /// Its id. A customer's home place has the customer's id.
    id: Uuid,
    /// What it is called.
    #[schema(example = "Harbour warehouse")]
    name: String,
    /// The place it is part of.
    #[schema(required)]
    parent_id: Option<Uuid>,
    /// The postal address, in lines.
    #[schema(required, example = "1 Example Street\n12345 Exampletown")]
    address: Option<String>,
    /// The customer whose it is.
    #[schema(required)]
    owner_id: Option<Uuid>,
    /// Whether it is in use.
    active: bool,
    /// When it came into being.
    created_at: Timestamp,
    /// Counts changes.
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
    /// The places, by id.
    items: Vec<Place>,
    /// Where the next page begins; `null` when this is the last one.
    #[schema(required)]
    next_cursor: Option<String>,
}

/// A new place.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::api) struct NewPlace {
    /// What it is called.
    #[schema(example = "Harbour warehouse")]
    name: String,
    /// The place it is part of.
    #[serde(default)]
    parent_id: Option<Uuid>,
    /// The postal address, in lines.
    #[serde(default)]
    address: Option<String>,
    /// The customer whose it is; left out, the operating company's.
    #[serde(default)]
    owner_id: Option<Uuid>,
}

/// What shall change of a place; what is left out stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::api) struct PlaceChange {
    /// What it is called.
    #[serde(default)]
    name: Option<String>,
    /// The place it is part of; `null`: none.
    #[serde(default)]
    #[schema(value_type = Option<Uuid>)]
    parent_id: Patch<Uuid>,
    /// The postal address; `null`: none.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    address: Patch<String>,
    /// Whether it is in use.
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

/// Which page, and of what.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::api) struct ListQuery {
    /// Only those of this customer; all of them at once.
    owner_id: Option<Uuid>,
    /// Where the page begins, from the page before.
    cursor: Option<String>,
    /// How many there shall be, at most 200.
    limit: Option<u16>,
}

/// Make a place
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

/// Where a device is.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::api) struct DevicePlace {
    /// A place of whoever has it; `null`: their home place.
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

/// Say where a device is
///
/// Whoever sees the place sees the device. When the device changes hands, it is at the new owner's home place.
#[utoipa::path(
    put, path = "/devices/{id}/place", operation_id = "placeDevice", tag = "Admin", security(("apiKey" = [])),
    params(ByDevice), request_body = DevicePlace,
    responses((status = 204, description = "It is there now"), problems::Any, problems::NotFound, problems::Refused),
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

/// One place
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
