//! The account's own lists: groups, roles, workspaces and fields of the ticket form. What this account does not use is
//! empty.

use axum::extract::State;
use axum::response::Response;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::Freshservice;
use super::answer::{Refusal, many, one};
use super::call::Call;
use super::id::Id;
use super::related::none;
use super::tickets::{IMPACTS, PRIORITIES, SOURCES, STATUSES};

/// Id of the only group of agents. The agent of the API key is its member.
pub const GROUP: u64 = 21_000_410_001;
/// Id of the role of all agents.
pub const ROLE: u64 = 21_000_150_301;

/// `GET /groups`
pub async fn groups(State(desk): State<Freshservice>, call: Call) -> Result<Response, Refusal> {
    rows(&call, "groups", group_rows(&desk))
}

/// `GET /groups/{id}`
pub async fn group(State(desk): State<Freshservice>, id: Id) -> Result<Response, Refusal> {
    row("group", group_rows(&desk), id)
}

/// `GET /roles`
pub async fn roles(State(desk): State<Freshservice>, call: Call) -> Result<Response, Refusal> {
    rows(&call, "roles", role_rows(&desk))
}

/// `GET /roles/{id}`
pub async fn role(State(desk): State<Freshservice>, id: Id) -> Result<Response, Refusal> {
    row("role", role_rows(&desk), id)
}

/// `GET /workspaces`
pub async fn workspaces(State(desk): State<Freshservice>, call: Call) -> Result<Response, Refusal> {
    rows(&call, "workspaces", workspace_rows(&desk))
}

/// `GET /workspaces/{id}`
pub async fn workspace(State(desk): State<Freshservice>, id: Id) -> Result<Response, Refusal> {
    row("workspace", workspace_rows(&desk), id)
}

/// `GET /requester_groups`
pub async fn requester_groups(call: Call) -> Result<Response, Refusal> {
    none("requester_groups", &call)
}

/// `GET /departments`
pub async fn departments(State(desk): State<Freshservice>, call: Call) -> Result<Response, Refusal> {
    let state = desk.desk();
    let (rows, next) = call.page(state.departments.iter().collect())?;
    Ok(many("departments", rows, next))
}

/// `GET /locations`
pub async fn locations(call: Call) -> Result<Response, Refusal> {
    none("locations", &call)
}

/// `GET /business_hours`
pub async fn business_hours(call: Call) -> Result<Response, Refusal> {
    none("business_hours", &call)
}

/// `GET /applications`
pub async fn applications(call: Call) -> Result<Response, Refusal> {
    none("applications", &call)
}

/// `GET /purchase_orders`
pub async fn purchase_orders(call: Call) -> Result<Response, Refusal> {
    none("purchase_orders", &call)
}

/// `GET /ticket_form_fields`
pub async fn ticket_form_fields(State(desk): State<Freshservice>, call: Call) -> Result<Response, Refusal> {
    let (at, workspace) = (set_up_at(&desk), desk.primary_workspace());
    let fields = (21_000_910_001_u64..).zip(TICKET_FIELDS).map(|(id, (name, label, mandatory))| {
        json!({
            "id": id, "name": name, "label": label, "label_for_customers": label, "description": null,
            "field_type": format!("default_{name}"), "default_field": true, "required": mandatory,
            "required_for_closure": false, "customers_can_edit": mandatory, "displayed_to_customers": true,
            "required_for_customers": mandatory, "workspace_id": workspace, "choices": choices(name),
            "nested_fields": [], "created_at": at, "updated_at": at,
        })
    });
    rows(&call, "ticket_fields", fields.collect())
}

/// When the account's agent, and so the account, was set up.
fn set_up_at(desk: &Freshservice) -> Option<Timestamp> {
    desk.desk().agents.values().next().map(|agent| agent.created_at)
}

fn group_rows(desk: &Freshservice) -> Vec<Value> {
    let (at, workspace) = (set_up_at(desk), desk.primary_workspace());
    let members: Vec<u64> = desk.desk().agents.keys().take(1).copied().collect();
    vec![json!({
        "id": GROUP, "name": "Service Desk", "description": "All requests", "escalate_to": null, "unassigned_for": null,
        "business_hours_id": null, "auto_ticket_assign": false, "restricted": false, "approval_required": false,
        "ocs_schedule_id": null, "workspace_id": workspace, "members": members, "observers": [], "leaders": [],
        "members_pending_approval": [], "observers_pending_approval": [], "leaders_pending_approval": [],
        "created_at": at, "updated_at": at,
    })]
}

fn role_rows(desk: &Freshservice) -> Vec<Value> {
    let at = set_up_at(desk);
    vec![json!({
        "id": ROLE, "name": "Account Admin", "description": "Has full control", "default": true, "created_at": at,
        "updated_at": at,
    })]
}

fn workspace_rows(desk: &Freshservice) -> Vec<Value> {
    let (at, primary) = (set_up_at(desk), desk.primary_workspace());
    let row = |id: &u64| {
        json!({
            "id": id, "name": format!("Workspace {id}"), "description": null, "primary": *id == primary,
            "restricted": false, "state": "active", "template_name": "IT", "created_at": at, "updated_at": at,
        })
    };
    desk.options().workspaces.iter().map(row).collect()
}

fn rows(call: &Call, name: &str, rows: Vec<Value>) -> Result<Response, Refusal> {
    let (rows, next) = call.page(rows)?;
    Ok(many(name, rows, next))
}

fn row(name: &str, rows: Vec<Value>, Id(id): Id) -> Result<Response, Refusal> {
    rows.into_iter().find(|row| row["id"] == id).map(|row| one(name, row)).ok_or(Refusal::NotFound)
}

/// Name, label, mandatory.
const TICKET_FIELDS: [(&str, &str, bool); 9] = [
    ("requester", "Requester", true),
    ("subject", "Subject", true),
    ("source", "Source", false),
    ("status", "Status", true),
    ("urgency", "Urgency", false),
    ("impact", "Impact", false),
    ("priority", "Priority", true),
    ("group", "Group", false),
    ("description", "Description", true),
];

fn choices(field: &str) -> Value {
    let words: &[(u64, &str)] = match field {
        "status" => &STATUSES,
        "priority" => &PRIORITIES,
        "impact" | "urgency" => &IMPACTS,
        "source" => &SOURCES,
        _ => &[],
    };
    words.iter().map(|(id, value)| json!({ "id": id, "value": value })).collect()
}
