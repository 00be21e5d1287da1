//! `GET /assets`: the plain list, and filter and search, which use the index.

use std::cmp::Reverse;

use axum::extract::State;
use axum::response::Response;
use serde_json::Value;

use super::Freshservice;
use super::answer::{FieldError, Refusal, many};
use super::call::Call;
use super::model::{Asset, AssetRow};
use super::query::{self, Query, QueryError};
use super::versions::Versioned;

const FILTER_FIELDS: &[&str] = &[
    "workspace_id",
    "asset_type_id",
    "department_id",
    "location_id",
    "asset_state",
    "user_id",
    "agent_id",
    "name",
    "asset_tag",
    "created_at",
    "updated_at",
    "serial_number",
    "mac_addresses",
    "ip_addresses",
    "uuid",
    "item_id",
    "imei_number",
    "device42_id",
];

const SEARCH_FIELDS: [&str; 8] =
    ["name", "asset_tag", "serial_number", "mac_addresses", "ip_addresses", "uuid", "item_id", "imei_number"];

/// `GET /assets`
pub async fn list(State(desk): State<Freshservice>, call: Call) -> Result<Response, Refusal> {
    let filter = call.get("filter").map(parse_filter).transpose()?;
    let search = call.get("search").map(Search::parse).transpose()?;
    if filter.is_none() && search.is_none() {
        plain(&desk, &call)
    } else {
        indexed(&desk, &call, filter.as_ref(), search.as_ref())
    }
}

fn plain(desk: &Freshservice, call: &Call) -> Result<Response, Refusal> {
    let in_scope = scope(desk, call, None)?;
    let state = desk.desk();
    let mut rows: Vec<&Asset> =
        state.assets.values().map(Versioned::current).filter(|row| in_scope(row)).map(|row| &row.asset).collect();
    match call.word("order_by", &["id", "created_at", "updated_at"])? {
        Some("id") => rows.sort_by_key(|asset| asset.id),
        Some("updated_at") => rows.sort_by_key(|asset| (asset.updated_at, asset.id)),
        _ => rows.sort_by_key(|asset| (asset.created_at, asset.id)),
    }
    if call.word("order_type", &["asc", "desc"])? != Some("asc") {
        rows.reverse();
    }
    let (rows, next) = call.page(rows)?;
    Ok(many("assets", shown(call, &rows), next))
}

fn indexed(
    desk: &Freshservice,
    call: &Call,
    filter: Option<&Query>,
    search: Option<&Search>,
) -> Result<Response, Refusal> {
    let in_scope = scope(desk, call, filter)?;
    let (state, until) = (desk.desk(), desk.indexed_until());
    let mut rows: Vec<&Asset> = state
        .assets
        .values()
        .filter_map(|row| row.as_of(until))
        .filter(|row| in_scope(row))
        .map(|row| &row.asset)
        .filter(|asset| filter.is_none_or(|filter| filter.fits(&|field| value(asset, field))))
        .filter(|asset| search.is_none_or(|search| search.finds(asset)))
        .collect();
    rows.sort_by_key(|asset| Reverse((asset.created_at, asset.id)));
    let rows = call.index_page(rows)?;
    Ok(many("assets", shown(call, &rows), None))
}

/// Excludes trashed assets, and all workspaces but the primary one, unless the request specifies another, or 0 for all.
fn scope(desk: &Freshservice, call: &Call, filter: Option<&Query>) -> Result<impl Fn(&AssetRow) -> bool, Refusal> {
    let trashed = call.flag("trashed")?.unwrap_or(false);
    let named_in_filter = filter.is_some_and(|filter| filter.mentions("workspace_id"));
    let default = if named_in_filter { 0 } else { desk.primary_workspace() };
    let workspace = call.number("workspace_id")?.unwrap_or(default);
    Ok(move |row: &AssetRow| row.trashed == trashed && (workspace == 0 || row.asset.workspace_id == workspace))
}

fn shown(call: &Call, rows: &[&Asset]) -> Vec<Value> {
    let with_type_fields = call.includes("type_fields");
    let view = |asset: &&Asset| {
        let mut row = serde_json::to_value(asset).unwrap_or_default();
        if let (false, Some(fields)) = (with_type_fields, row.as_object_mut()) {
            fields.shift_remove("type_fields");
        }
        row
    };
    rows.iter().map(view).collect()
}

fn parse_filter(text: &str) -> Result<Query, Refusal> {
    query::parse(text, FILTER_FIELDS).map_err(|error| match error {
        QueryError::Field(name) => Refusal::Invalid(vec![FieldError::unexpected(name)]),
        QueryError::Syntax => Refusal::value(
            "filter",
            "Given query is invalid, expected format \"keyword:value  OPERATOR keyword:'string' OPERATOR (keyword:value)\"",
        ),
    })
}

fn value(asset: &Asset, field: &str) -> Value {
    match field {
        "workspace_id" => asset.workspace_id.into(),
        "asset_type_id" => asset.asset_type_id.into(),
        "department_id" => asset.department_id.into(),
        "location_id" => asset.location_id.into(),
        "user_id" => asset.user_id.into(),
        "agent_id" => asset.agent_id.into(),
        "name" => asset.name.clone().into(),
        "asset_tag" => asset.asset_tag.clone().into(),
        "created_at" => asset.created_at.to_string().into(),
        "updated_at" => asset.updated_at.to_string().into(),
        field => asset.type_field(field),
    }
}

/// `search="serial_number:'SN1'"`: one field, matched by a prefix of the value or of a word in it.
struct Search {
    field: String,
    term: String,
}

impl Search {
    fn parse(text: &str) -> Result<Self, Refusal> {
        let form = || Refusal::value("search", "It should be in the format, \"search_field:'search_term'\"");
        let inner = text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).ok_or_else(form)?;
        let (field, term) = inner.split_once(':').ok_or_else(form)?;
        let term = term.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\'')).ok_or_else(form)?;
        if !SEARCH_FIELDS.contains(&field) {
            return Err(Refusal::value("search", "It should be one of these values: 'name,asset_tag,serial_number'"));
        }
        Ok(Self { field: field.to_owned(), term: term.to_lowercase() })
    }

    fn finds(&self, asset: &Asset) -> bool {
        let Value::String(text) = value(asset, &self.field) else { return false };
        let text = text.to_lowercase();
        text.starts_with(&self.term) || text.split_whitespace().any(|word| word.starts_with(&self.term))
    }
}
