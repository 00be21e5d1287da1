//! Lists of features that this account does not use. They are empty.

use axum::Json;
use serde_json::{Value, json};

use super::contacts::PLAIN_FIELDS;
use super::errors::Refusal;
use super::parameters::Name;

/// `GET /tasks?filter=`
pub(super) async fn tasks() -> Json<Value> {
    Json(json!({ "tasks": [], "users": [], "meta": none() }))
}

/// `GET /appointments?filter=`
pub(super) async fn appointments() -> Json<Value> {
    Json(json!({ "appointments": [], "users": [], "meta": none() }))
}

/// `GET /sales_activities`
pub(super) async fn sales_activities() -> Json<Value> {
    Json(json!({ "sales_activities": [], "meta": none() }))
}

/// `GET /lists`
pub(super) async fn lists() -> Json<Value> {
    Json(json!({ "lists": [], "meta": none() }))
}

/// `GET /settings/{model}/fields`: of contacts, all are text. Other models have no fields here.
pub(super) async fn fields(Name(model): Name) -> Result<Json<Value>, Refusal> {
    let fields = match model.as_str() {
        "contacts" => PLAIN_FIELDS,
        "deals" | "sales_accounts" | "sales_activities" => &[],
        _ => return Err(Refusal::NotInCrm),
    };
    let row = |(position, name): (usize, &&str)| {
        json!({
            "id": format!("{}", 31_000_700_001 + position), "name": name, "label": name.replace('_', " "),
            "type": "text", "base_model": "Contact", "default": true, "required": false, "visible": true,
            "position": position + 1, "choices": [],
        })
    };
    Ok(Json(json!({ "fields": fields.iter().enumerate().map(row).collect::<Vec<_>>() })))
}

fn none() -> Value {
    json!({ "total_pages": 0, "total": 0 })
}
