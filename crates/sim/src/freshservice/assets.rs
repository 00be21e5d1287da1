//! Endpoints of a single asset, by display id.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::Freshservice;
use super::answer::{FieldError, Refusal, created, one};
use super::call::{Call, Fields, Kind};
use super::catalog::ancestors;
use super::history;
use super::id::Id;
use super::model::{Asset, AssetField, AssetRow, Desk};
use super::requesters::placeholder_values as requester_values;
use super::versions::Versioned;
use super::workflow::Event;

const WRITABLE: &[(&str, Kind)] = &[
    ("name", Kind::Text),
    ("description", Kind::Text),
    ("asset_type_id", Kind::Id),
    ("impact", Kind::Word(&["low", "medium", "high"])),
    ("usage_type", Kind::Word(&["permanent", "loaner"])),
    ("asset_tag", Kind::Text),
    ("user_id", Kind::Id),
    ("department_id", Kind::Id),
    ("location_id", Kind::Id),
    ("agent_id", Kind::Id),
    ("group_id", Kind::Id),
    ("assigned_on", Kind::Text),
    ("end_of_life", Kind::Text),
    ("workspace_id", Kind::Id),
    ("type_fields", Kind::Object),
];

const READ_ONLY: [&str; 5] = ["id", "display_id", "author_type", "created_at", "updated_at"];

/// `GET /assets/{display_id}`: includes attachments, unlike the list.
pub async fn show(State(desk): State<Freshservice>, Id(display_id): Id) -> Result<Response, Refusal> {
    let state = desk.desk();
    Ok(one("asset", shown(&in_use(&state, display_id)?.asset)))
}

/// `POST /assets`: requires a name, a type and the type's mandatory fields.
pub async fn create(State(desk): State<Freshservice>, call: Call, fields: Fields) -> Result<Response, Refusal> {
    let mut errors = checked(&fields);
    errors.extend(["name", "asset_type_id"].into_iter().filter(|name| !fields.has(name)).map(FieldError::missing));
    Refusal::unless_empty(errors)?;
    let (now, workspace) = (desk.now(), desk.primary_workspace());
    let asset = desk.change(|state| {
        let type_id = fields.number("asset_type_id").unwrap_or_default();
        if !state.asset_types.iter().any(|entry| entry.id == type_id) {
            return Err(Refusal::value("asset_type_id", "There is no asset_type with the given id"));
        }
        let draft =
            Asset { assigned_on: None, ..fields.over(&blank(type_id, workspace, now), &WRITABLE_BUT_TYPE_FIELDS)? };
        refuse_unknown_user(state, draft.user_id)?;
        let type_fields = filled(state, type_id, &Map::new(), &fields)?;
        Ok(add(state, Asset { type_fields, ..draft }))
    })?;
    desk.announce(&Event::AssetCreated(asset.display_id), &[]);
    Ok(created(&call, "asset", asset.display_id, shown(&asset)))
}

/// `PUT /assets/{display_id}`: `{"user_id": 777}` assigns, `{"user_id": null}` unassigns.
pub async fn update(State(desk): State<Freshservice>, Id(display_id): Id, fields: Fields) -> Result<Response, Refusal> {
    let mut errors = checked(&fields);
    let cleared =
        ["name", "asset_type_id"].into_iter().filter(|name| fields.0.contains_key(*name) && !fields.has(name));
    errors.extend(cleared.map(FieldError::missing));
    Refusal::unless_empty(errors)?;
    let (now, lag) = (desk.now(), desk.lag());
    let asset = desk.change(|state| {
        let before = in_use(state, display_id)?.asset.clone();
        let after: Asset = fields.over(&before, &WRITABLE_BUT_TYPE_FIELDS)?;
        refuse_unknown_user(state, after.user_id)?;
        let type_fields = filled(state, after.asset_type_id, &before.type_fields, &fields)?;
        Ok::<_, Refusal>(store(state, Asset { type_fields, ..after }, now, lag))
    })?;
    let changed: Vec<&str> = fields.0.keys().map(String::as_str).collect();
    desk.announce(&Event::AssetUpdated(display_id), &changed);
    Ok(one("asset", shown(&asset)))
}

/// `DELETE /assets/{display_id}`: moves the asset to the trash.
pub async fn trash(State(desk): State<Freshservice>, Id(display_id): Id) -> Result<StatusCode, Refusal> {
    in_use(&desk.desk(), display_id)?;
    set_trashed(&desk, display_id, true);
    desk.announce(&Event::AssetDeleted(display_id), &[]);
    Ok(StatusCode::NO_CONTENT)
}

/// `PUT /assets/{display_id}/restore`: restores the asset from the trash.
pub async fn restore(State(desk): State<Freshservice>, Id(display_id): Id) -> Result<StatusCode, Refusal> {
    in_trash(&desk.desk(), display_id)?;
    set_trashed(&desk, display_id, false);
    desk.announce(&Event::AssetUpdated(display_id), &[]);
    Ok(StatusCode::NO_CONTENT)
}

/// `PUT /assets/{display_id}/delete_forever`: only for assets in the trash.
pub async fn delete_forever(State(desk): State<Freshservice>, Id(display_id): Id) -> Result<StatusCode, Refusal> {
    desk.change(|state| {
        in_trash(state, display_id)?;
        state.assets.remove(&display_id);
        Ok(StatusCode::NO_CONTENT)
    })
}

/// `PUT /assets/{display_id}/move_workspace`
pub async fn move_workspace(
    State(desk): State<Freshservice>,
    Id(display_id): Id,
    fields: Fields,
) -> Result<Response, Refusal> {
    Refusal::unless_empty(fields.check(&[("workspace_id", Kind::Number)]))?;
    let workspace_id = fields.number("workspace_id").filter(|id| desk.options().workspaces.contains(id));
    let workspace_id =
        workspace_id.ok_or_else(|| Refusal::value("workspace_id", "There is no workspace with the given id"))?;
    let (now, lag) = (desk.now(), desk.lag());
    let asset = desk.change(|state| {
        let asset = Asset { workspace_id, ..in_use(state, display_id)?.asset.clone() };
        Ok::<_, Refusal>(store(state, asset, now, lag))
    })?;
    Ok(one("asset", shown(&asset)))
}

const WRITABLE_BUT_TYPE_FIELDS: [(&str, Kind); WRITABLE.len() - 1] = {
    let mut fields = [("", Kind::Text); WRITABLE.len() - 1];
    let mut index = 0;
    while index < fields.len() {
        fields[index] = WRITABLE[index];
        index += 1;
    }
    fields
};

fn checked(fields: &Fields) -> Vec<FieldError> {
    let mut errors = fields.check(WRITABLE);
    for error in errors.iter_mut().filter(|error| READ_ONLY.contains(&error.field.as_str())) {
        "It is a read-only field".clone_into(&mut error.message);
        error.code = "readonly_field";
    }
    errors
}

fn refuse_unknown_user(state: &Desk, user: Option<u64>) -> Result<(), Refusal> {
    match user {
        Some(id) if state.user_name(id).is_none() => {
            Err(Refusal::value("user_id", "There is no user with the given id"))
        }
        _ => Ok(()),
    }
}

/// The type fields after applying the body: all fields of the type and its ancestors, each with the id of the defining
/// type as suffix.
fn filled(
    state: &Desk,
    type_id: u64,
    before: &Map<String, Value>,
    fields: &Fields,
) -> Result<Map<String, Value>, Refusal> {
    let nothing = Map::new();
    let given = fields.0.get("type_fields").and_then(Value::as_object).unwrap_or(&nothing);
    let lineage = ancestors(state, type_id);
    let defined = || state.asset_fields.iter().filter(|field| lineage.contains(&field.asset_type_id));
    let unknown = given.keys().filter(|key| !defined().any(|field| field.name == **key));
    let mut errors: Vec<FieldError> = unknown.map(FieldError::unexpected).collect();
    let mut values = Map::new();
    for field in defined() {
        let value = given.get(&field.name).or_else(|| before.get(&field.name)).cloned().unwrap_or_default();
        errors.extend(wrong(state, field, &value));
        values.insert(field.name.clone(), value);
    }
    Refusal::unless_empty(errors)?;
    Ok(values)
}

fn wrong(state: &Desk, field: &AssetField, value: &Value) -> Option<FieldError> {
    if value.is_null() || value.as_str() == Some("") {
        return field.required.then(|| FieldError::missing(&field.name));
    }
    let known =
        |exists: bool| (!exists).then(|| FieldError::value(&field.name, "There is no record with the given id"));
    if field.name.starts_with("product_") {
        return known(state.products.iter().any(|product| Some(product.id) == value.as_u64()));
    }
    if field.name.starts_with("vendor_") {
        return known(state.vendors.iter().any(|vendor| Some(vendor.id) == value.as_u64()));
    }
    let choices: Vec<&str> = field.choices.iter().flatten().map(String::as_str).collect();
    let chosen = choices.is_empty() || value.as_str().is_some_and(|value| choices.contains(&value));
    let allowed = || format!("It should be one of these values: '{}'", choices.join(","));
    (!chosen).then(|| FieldError::value(&field.name, allowed()))
}

/// An asset with the account's default values.
pub fn blank(asset_type_id: u64, workspace_id: u64, now: Timestamp) -> Asset {
    Asset {
        id: 0,
        display_id: 0,
        name: String::new(),
        description: None,
        asset_type_id,
        impact: "low".to_owned(),
        author_type: "User".to_owned(),
        usage_type: "permanent".to_owned(),
        asset_tag: None,
        user_id: None,
        department_id: None,
        location_id: None,
        agent_id: None,
        group_id: None,
        assigned_on: None,
        created_at: now,
        updated_at: now,
        end_of_life: None,
        discovery_enabled: true,
        workspace_id,
        created_by_source: "User".to_owned(),
        last_updated_by_source: "User".to_owned(),
        created_by_user: None,
        last_updated_by_user: None,
        sources: vec!["User".to_owned()],
        type_fields: Map::new(),
    }
}

/// Stores a new asset with the next display id.
pub fn add(state: &mut Desk, draft: Asset) -> Asset {
    state.last_display_id += 1;
    let display_id = state.last_display_id;
    let asset = Asset {
        id: state.next_id(),
        display_id,
        asset_tag: draft.asset_tag.or_else(|| Some(format!("ASSET-{display_id}"))),
        assigned_on: draft.user_id.map(|_| draft.created_at),
        created_by_user: state.agents.keys().next().copied(),
        ..draft
    };
    let row = AssetRow { asset: asset.clone(), trashed: false };
    state.assets.insert(display_id, Versioned::new(row, asset.created_at));
    if asset.user_id.is_some() {
        history::record(state, &asset, asset.created_at);
    }
    asset
}

/// Stores a changed asset. A change of user updates the assignment history and `assigned_on`.
fn store(state: &mut Desk, after: Asset, now: Timestamp, lag: SignedDuration) -> Asset {
    let agent = state.agents.keys().next().copied();
    let Some(stored) = state.assets.get_mut(&after.display_id) else { return after };
    let AssetRow { asset: before, trashed } = stored.current().clone();
    let moved = before.user_id != after.user_id;
    let mut asset = Asset { updated_at: now, last_updated_by_user: agent, ..after };
    if moved {
        asset.assigned_on = asset.user_id.map(|_| now);
    }
    stored.replace(AssetRow { asset: asset.clone(), trashed }, now, lag);
    if moved {
        history::record(state, &asset, now);
    }
    asset
}

/// Assigns an asset to a user, or unassigns it.
pub fn set_user(state: &mut Desk, display_id: u64, user: Option<u64>, now: Timestamp, lag: SignedDuration) {
    if let Some(row) = state.assets.get(&display_id) {
        let asset = Asset { user_id: user, ..row.current().asset.clone() };
        store(state, asset, now, lag);
    }
}

/// Assigns or unassigns an asset and updates its state field, as a person in the service desk would.
pub fn hand_over(state: &mut Desk, display_id: u64, user: Option<u64>, now: Timestamp, lag: SignedDuration) {
    if let Some(row) = state.assets.get(&display_id) {
        let mut asset = Asset { user_id: user, ..row.current().asset.clone() };
        let word = if user.is_some() { "In Use" } else { "In Stock" };
        for (_, value) in asset.type_fields.iter_mut().filter(|(key, _)| key.starts_with("asset_state_")) {
            *value = word.into();
        }
        store(state, asset, now, lag);
    }
}

fn set_trashed(desk: &Freshservice, display_id: u64, trashed: bool) {
    let (now, lag) = (desk.now(), desk.lag());
    desk.change(|state| {
        if let Some(stored) = state.assets.get_mut(&display_id) {
            let asset = Asset { updated_at: now, ..stored.current().asset.clone() };
            stored.replace(AssetRow { asset, trashed }, now, lag);
        }
    });
}

fn in_use(state: &Desk, display_id: u64) -> Result<&AssetRow, Refusal> {
    let row = state.assets.get(&display_id).map(Versioned::current);
    row.filter(|row| !row.trashed).ok_or(Refusal::NotFound)
}

fn in_trash(state: &Desk, display_id: u64) -> Result<(), Refusal> {
    let trashed = state.assets.get(&display_id).is_some_and(|row| row.current().trashed);
    if trashed { Ok(()) } else { Err(Refusal::NotFound) }
}

/// A single asset, with members that the list omits.
#[derive(Serialize)]
struct Shown<'a> {
    #[serde(flatten)]
    asset: &'a Asset,
    attachments: [(); 0],
    cloud_files: [(); 0],
}

const fn shown(asset: &Asset) -> Shown<'_> {
    Shown { asset, attachments: [], cloud_files: [] }
}

/// Placeholder values of an asset: type fields also without suffix, and the user as `used_by`.
pub fn placeholder_values(state: &Desk, asset: &Asset) -> Value {
    let mut values = json!(asset);
    for (key, value) in &asset.type_fields {
        let plain = key.trim_end_matches(|letter: char| letter.is_ascii_digit()).trim_end_matches('_');
        if values.get(plain).is_none() {
            values[plain] = value.clone();
        }
    }
    let kind = state.asset_types.iter().find(|entry| entry.id == asset.asset_type_id);
    values["asset_type_name"] = kind.map(|kind| kind.name.clone()).into();
    values["used_by"] = asset.user_id.and_then(|id| state.requester(id)).map(requester_values).into();
    values
}
