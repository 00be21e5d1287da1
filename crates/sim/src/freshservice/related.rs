//! Lists that belong to an asset or a ticket, and records that this service desk does not keep.

use axum::extract::State;
use axum::response::Response;
use serde_json::{Value, json};

use super::Freshservice;
use super::answer::{Refusal, many};
use super::call::Call;
use super::conversations;
use super::id::Id;
use super::model::{Desk, Ticket};
use super::tickets::status_word;
use super::versions::Versioned;

/// `GET /assets/{display_id}/requests`: the tickets with this asset.
pub async fn requests_of_asset(
    State(desk): State<Freshservice>,
    Id(display_id): Id,
    call: Call,
) -> Result<Response, Refusal> {
    let state = desk.desk();
    known_asset(&state, display_id)?;
    let own = |ticket: &&Ticket| ticket.assets.contains(&display_id) && !ticket.deleted;
    let rows = state.tickets.values().map(Versioned::current).filter(own).map(|ticket| {
        json!({
            "id": ticket.id, "request_type": "Ticket", "request_id": format!("INC-{}", ticket.id),
            "request_details": ticket.subject, "request_status": status_word(ticket.status),
            "workspace_id": ticket.workspace_id, "created_at": ticket.created_at, "updated_at": ticket.updated_at,
        })
    });
    let (rows, next) = call.page(rows.collect())?;
    Ok(many("requests", rows, next))
}

/// `GET /assets/{display_id}/contracts`
pub async fn contracts_of_asset(
    State(desk): State<Freshservice>,
    Id(display_id): Id,
    call: Call,
) -> Result<Response, Refusal> {
    known_asset(&desk.desk(), display_id)?;
    none("contracts", &call)
}

/// `GET /assets/{display_id}/components`
pub async fn components_of_asset(
    State(desk): State<Freshservice>,
    Id(display_id): Id,
    call: Call,
) -> Result<Response, Refusal> {
    known_asset(&desk.desk(), display_id)?;
    none("components", &call)
}

/// `GET /assets/{display_id}/applications`
pub async fn applications_of_asset(
    State(desk): State<Freshservice>,
    Id(display_id): Id,
    call: Call,
) -> Result<Response, Refusal> {
    known_asset(&desk.desk(), display_id)?;
    none("applications", &call)
}

/// `GET /tickets/{id}/activities`: its creation, and each note and reply, latest first.
pub async fn activities_of_ticket(
    State(desk): State<Freshservice>,
    Id(id): Id,
    call: Call,
) -> Result<Response, Refusal> {
    let state = desk.desk();
    let ticket = state.tickets.get(&id).ok_or(Refusal::NotFound)?.current();
    let entry = |actor: u64, content: &str, at| {
        json!({ "actor": { "id": actor, "name": state.user_name(actor) }, "content": content, "sub_contents": [],
            "created_at": at })
    };
    let mut rows = vec![entry(ticket.requester_id, " created the ticket", ticket.created_at)];
    for said in conversations::of(&state, id) {
        let content = match (said.source, said.private) {
            (conversations::SOURCE_REPLY, _) => " sent a reply",
            (_, true) => " added a private note",
            (_, false) => " added a public note",
        };
        rows.push(entry(said.user_id, content, said.created_at));
    }
    rows.reverse();
    let (rows, next) = call.page(rows)?;
    Ok(many("activities", rows, next))
}

/// `GET /tickets/{id}/time_entries`
pub async fn time_entries_of_ticket(
    State(desk): State<Freshservice>,
    Id(id): Id,
    call: Call,
) -> Result<Response, Refusal> {
    known_ticket(&desk.desk(), id)?;
    none("time_entries", &call)
}

/// `GET /tickets/{id}/tasks`
pub async fn tasks_of_ticket(State(desk): State<Freshservice>, Id(id): Id, call: Call) -> Result<Response, Refusal> {
    known_ticket(&desk.desk(), id)?;
    none("tasks", &call)
}

/// `GET /changes`
pub async fn changes(call: Call) -> Result<Response, Refusal> {
    none("changes", &call)
}

/// `GET /problems`
pub async fn problems(call: Call) -> Result<Response, Refusal> {
    none("problems", &call)
}

/// `GET /releases`
pub async fn releases(call: Call) -> Result<Response, Refusal> {
    none("releases", &call)
}

/// An empty list, which still checks the page.
pub fn none(name: &str, call: &Call) -> Result<Response, Refusal> {
    let (rows, next) = call.page(Vec::<Value>::new())?;
    Ok(many(name, rows, next))
}

fn known_asset(state: &Desk, display_id: u64) -> Result<(), Refusal> {
    let known = state.assets.get(&display_id).is_some_and(|row| !row.current().trashed);
    if known { Ok(()) } else { Err(Refusal::NotFound) }
}

fn known_ticket(state: &Desk, id: u64) -> Result<(), Refusal> {
    if state.tickets.contains_key(&id) { Ok(()) } else { Err(Refusal::NotFound) }
}
