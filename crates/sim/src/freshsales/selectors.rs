//! The account's settings: owners, stages and statuses.

use axum::Json;
use serde_json::{Value, json};

use super::errors::Refusal;
use super::parameters::{Id, Name};

/// The account's users: id, name, e-mail. The API key belongs to the first.
pub(super) const OWNERS: [(u64, &str, &str); 2] = [
    (31_000_148_397, "Harper Sample", "harper.sample@example.com"),
    (31_000_148_398, "Noa Placeholder", "noa.placeholder@example.com"),
];

/// Lifecycle stage of a contact without purchases.
pub(super) const LEAD_STAGE: u64 = 32_009_647_298;
/// Lifecycle stage of a contact with purchases.
pub(super) const CUSTOMER_STAGE: u64 = 32_009_647_300;
/// Initial status of leads.
pub(super) const LEAD_STATUS: u64 = 31_000_543_557;
/// Initial status of customers.
pub(super) const CUSTOMER_STATUS: u64 = 31_000_543_564;

/// Initial stage of deals.
pub(super) const NEW_STAGE: u64 = 31_000_425_871;
/// Stage of won deals.
pub(super) const WON_STAGE: u64 = 31_000_425_876;

const PIPELINE: u64 = 31_000_060_739;
/// Settings have timestamps in UTC, unlike records.
const SET_UP_AT: &str = "2023-03-09T06:44:37Z";

/// A stage of the account's only pipeline.
#[derive(Debug)]
pub(super) struct Stage {
    pub(super) id: u64,
    pub(super) name: &'static str,
    pub(super) forecast: &'static str,
    pub(super) probability: u8,
}

/// The stages of a deal, in order.
pub(super) const STAGES: [Stage; 7] = [
    Stage { id: NEW_STAGE, name: "New", forecast: "Open", probability: 10 },
    Stage { id: 31_000_425_872, name: "Follow-up", forecast: "Open", probability: 30 },
    Stage { id: 31_000_425_873, name: "Under review", forecast: "Open", probability: 50 },
    Stage { id: 31_000_425_874, name: "Demo", forecast: "Open", probability: 70 },
    Stage { id: 31_000_425_875, name: "Negotiation", forecast: "Open", probability: 90 },
    Stage { id: WON_STAGE, name: "Won", forecast: "Closed Won", probability: 100 },
    Stage { id: 31_000_425_877, name: "Lost", forecast: "Closed Lost", probability: 0 },
];

/// Statuses: id and name.
type Statuses = &'static [(u64, &'static str)];

/// The lifecycle stages with their statuses.
const LIFECYCLE: [(u64, &str, Statuses); 3] = [
    (
        LEAD_STAGE,
        "Lead",
        &[
            (LEAD_STATUS, "New"),
            (31_000_543_558, "Contacted"),
            (31_000_543_559, "Interested"),
            (31_000_543_560, "Unqualified"),
        ],
    ),
    (
        32_009_647_299,
        "Sales Qualified Lead",
        &[(31_000_543_561, "Qualified"), (31_000_543_562, "Negotiation"), (31_000_543_563, "Lost")],
    ),
    (CUSTOMER_STAGE, "Customer", &[(CUSTOMER_STATUS, "Won"), (31_000_543_565, "Churned")]),
];

/// Lists that are empty in this account.
const UNUSED: [&str; 12] = [
    "territories",
    "deal_reasons",
    "deal_types",
    "deal_products",
    "deal_payment_statuses",
    "lead_sources",
    "industry_types",
    "business_types",
    "campaigns",
    "sales_activity_types",
    "sales_activity_entity_types",
    "sales_activity_outcomes",
];

/// `GET /selector/{list}`
pub(super) async fn list(Name(list): Name) -> Result<Json<Value>, Refusal> {
    let rows = match list.as_str() {
        "owners" => return Ok(Json(json!({ "users": OWNERS.map(|(id, ..)| owner(id)) }))),
        "deal_stages" => stages(),
        "deal_pipelines" => json!([{
            "partial": true, "id": PIPELINE, "name": "Default Pipeline", "position": 1, "is_default": true, "rotting_days": 30,
            "aggregated_field": "expected_deal_value", "deal_stages": stages(),
        }]),
        "contact_statuses" => statuses(),
        "lifecycle_stages" => lifecycle_stages(),
        "currencies" => json!([{
            "id": 31_000_012_001_u64, "partial": true, "is_active": true, "currency_code": "ZAR", "exchange_rate": "1.0",
            "currency_type": 1, "schedule_info": null,
        }]),
        unused if UNUSED.contains(&unused) => json!([]),
        _ => return Err(Refusal::NotInCrm),
    };
    Ok(Json(json!({ list: rows })))
}

/// `GET /selector/deal_pipelines/{id}/deal_stages`
pub(super) async fn stages_of_pipeline(Id(id): Id) -> Result<Json<Value>, Refusal> {
    if id != PIPELINE {
        return Err(Refusal::NotInCrm);
    }
    Ok(Json(json!({ "deal_stages": stages() })))
}

/// A user, as included with a record.
pub(super) fn owner(id: u64) -> Option<Value> {
    let (id, name, email) = OWNERS.into_iter().find(|(known, ..)| *known == id)?;
    Some(json!({
        "id": id, "display_name": name, "email": email, "is_active": true, "work_number": null, "mobile_number": null,
    }))
}

/// A contact status, as included with a contact.
pub(super) fn status(id: u64) -> Option<Value> {
    find(statuses(), id)
}

/// A lifecycle stage, as included with a contact.
pub(super) fn lifecycle_stage(id: u64) -> Option<Value> {
    find(lifecycle_stages(), id)
}

/// A deal stage, as included with a deal.
pub(super) fn stage(id: u64) -> Option<Value> {
    find(stages(), id)
}

/// Id of the only pipeline.
pub(super) const fn pipeline() -> u64 {
    PIPELINE
}

fn find(rows: Value, id: u64) -> Option<Value> {
    let Value::Array(rows) = rows else { return None };
    rows.into_iter().find(|row| row["id"] == id)
}

fn stages() -> Value {
    let row = |(position, stage): (usize, &Stage)| {
        json!({
            "id": stage.id, "value": stage.name, "name": stage.name, "position": position + 1, "forecast_type": stage.forecast,
            "deal_pipeline_id": PIPELINE, "choice_type": if stage.forecast == "Open" { 2 } else { 4 }, "is_deleted": false,
            "probability": stage.probability, "updated_at": SET_UP_AT,
        })
    };
    STAGES.iter().enumerate().map(row).collect()
}

fn statuses() -> Value {
    let all = LIFECYCLE.into_iter().flat_map(|(stage, _, statuses)| statuses.iter().map(move |status| (stage, status)));
    let row = |(position, (stage, (id, name))): (usize, (u64, &(u64, &str)))| {
        json!({
            "id": id, "name": name, "position": position + 1, "partial": true, "forecast_type": "Open",
            "lifecycle_stage_id": stage,
        })
    };
    all.enumerate().map(row).collect()
}

fn lifecycle_stages() -> Value {
    let row = |(position, (id, name, statuses)): (usize, (u64, &str, Statuses))| {
        let statuses: Vec<u64> = statuses.iter().map(|(id, _)| *id).collect();
        json!({
            "id": id, "name": name, "position": position + 1, "disabled": false, "default": true, "type": name,
            "contact_status_ids": statuses,
        })
    };
    LIFECYCLE.into_iter().enumerate().map(row).collect()
}
