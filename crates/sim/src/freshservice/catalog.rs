//! The account's settings: asset types and fields, products, vendors, requester fields.

use axum::extract::State;
use axum::response::Response;
use serde_json::{Value, json};

use super::Freshservice;
use super::answer::{Refusal, many, one};
use super::call::Call;
use super::id::Id;
use super::model::Desk;

/// `GET /asset_types`
pub async fn asset_types(State(desk): State<Freshservice>, call: Call) -> Result<Response, Refusal> {
    let state = desk.desk();
    let (rows, next) = call.page(state.asset_types.iter().collect())?;
    Ok(many("asset_types", rows, next))
}

/// `GET /asset_types/{id}`
pub async fn asset_type(State(desk): State<Freshservice>, Id(id): Id) -> Result<Response, Refusal> {
    let state = desk.desk();
    state.asset_types.iter().find(|row| row.id == id).map(|row| one("asset_type", row)).ok_or(Refusal::NotFound)
}

/// `GET /asset_types/{id}/fields`: fields of ancestors first, grouped under the name of the defining type.
pub async fn asset_type_fields(State(desk): State<Freshservice>, Id(id): Id) -> Result<Response, Refusal> {
    let state = desk.desk();
    let lineage = ancestors(&state, id);
    if lineage.is_empty() {
        return Err(Refusal::NotFound);
    }
    let groups: Vec<Value> = lineage
        .iter()
        .filter_map(|id| state.asset_types.iter().find(|entry| entry.id == *id))
        .map(|entry| {
            let fields: Vec<_> = state.asset_fields.iter().filter(|field| field.asset_type_id == entry.id).collect();
            json!({ "field_header": entry.name, "fields": fields })
        })
        .collect();
    Ok(many("asset_type_fields", groups, None))
}

/// The type and its ancestors, root first.
pub fn ancestors(state: &Desk, type_id: u64) -> Vec<u64> {
    let parent = |id: &u64| state.asset_types.iter().find(|entry| entry.id == *id)?.parent_asset_type_id;
    let known = state.asset_types.iter().any(|entry| entry.id == type_id);
    let mut lineage: Vec<u64> =
        std::iter::successors(known.then_some(type_id), parent).take(state.asset_types.len()).collect();
    lineage.reverse();
    lineage
}

/// `GET /products`
pub async fn products(State(desk): State<Freshservice>, call: Call) -> Result<Response, Refusal> {
    let state = desk.desk();
    let (rows, next) = call.page(state.products.iter().collect())?;
    Ok(many("products", rows, next))
}

/// `GET /products/{id}`
pub async fn product(State(desk): State<Freshservice>, Id(id): Id) -> Result<Response, Refusal> {
    let state = desk.desk();
    state.products.iter().find(|row| row.id == id).map(|row| one("product", row)).ok_or(Refusal::NotFound)
}

/// `GET /vendors`
pub async fn vendors(State(desk): State<Freshservice>, call: Call) -> Result<Response, Refusal> {
    let state = desk.desk();
    let (rows, next) = call.page(state.vendors.iter().collect())?;
    Ok(many("vendors", rows, next))
}

/// `GET /vendors/{id}`
pub async fn vendor(State(desk): State<Freshservice>, Id(id): Id) -> Result<Response, Refusal> {
    let state = desk.desk();
    state.vendors.iter().find(|row| row.id == id).map(|row| one("vendor", row)).ok_or(Refusal::NotFound)
}

/// `GET /requester_fields`
pub async fn requester_fields() -> Response {
    let field = |(position, (name, label, kind, mandatory)): (usize, &(&str, &str, &str, bool))| {
        json!({
            "id": position + 1,
            "name": name,
            "label": label,
            "type": kind,
            "position": position + 1,
            "default": true,
            "editable_in_signup": *mandatory,
            "mandatory_for_agents": mandatory,
            "required_for_agents": mandatory,
            "displayed_to_requesters": true,
            "choices": [],
        })
    };
    many("requester_fields", REQUESTER_FIELDS.iter().enumerate().map(field).collect::<Vec<_>>(), None)
}

const REQUESTER_FIELDS: [(&str, &str, &str, bool); 10] = [
    ("first_name", "First Name", "default_first_name", true),
    ("last_name", "Last Name", "default_last_name", false),
    ("job_title", "Title", "default_job_title", false),
    ("primary_email", "Email", "default_primary_email", true),
    ("work_phone_number", "Work Phone", "default_work_phone_number", false),
    ("mobile_phone_number", "Mobile Phone", "default_mobile_phone_number", false),
    ("department_ids", "Departments", "default_department_ids", false),
    ("address", "Address", "default_address", false),
    ("time_zone", "Time Zone", "default_time_zone", false),
    ("language", "Language", "default_language", false),
];
