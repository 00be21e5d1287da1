//! `GET /tickets` and `GET /tickets/filter`.

use std::cmp::Reverse;

use axum::extract::State;
use axum::response::Response;
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use super::Freshservice;
use super::answer::{FieldError, Refusal, many};
use super::call::Call;
use super::model::Ticket;
use super::query::{self, QueryError};
use super::tickets::{OPEN, view};
use super::versions::Versioned;

/// Without `updated_since`, the list contains only tickets created within this time.
const WINDOW: SignedDuration = SignedDuration::from_hours(30 * 24);

const FILTER_FIELDS: &[&str] = &[
    "workspace_id",
    "requester_id",
    "email",
    "agent_id",
    "group_id",
    "department_id",
    "status",
    "priority",
    "impact",
    "urgency",
    "type",
    "category",
    "subject",
    "tag",
    "due_by",
    "fr_due_by",
    "created_at",
    "updated_at",
];

/// `GET /tickets`
pub async fn list(State(desk): State<Freshservice>, call: Call) -> Result<Response, Refusal> {
    let requester = call.number("requester_id")?;
    let since = call.get("updated_since").map(moment).transpose()?;
    let window = desk.now() - WINDOW;
    let (email, kind) = (call.get("email"), call.get("type"));
    let workspace = call.number("workspace_id")?.filter(|id| *id > 0);
    let ascending = call.word("order_type", &["asc", "desc"])? == Some("asc");
    let shows = predefined(call.word("filter", &["new_and_my_open", "watching", "spam", "deleted"])?);
    let state = desk.desk();
    let mailed = |ticket: &Ticket, email: &str| {
        state.requester(ticket.requester_id).is_some_and(|person| person.has_email(email))
    };
    let mut rows: Vec<&Ticket> = state
        .tickets
        .values()
        .map(Versioned::current)
        .filter(|ticket| shows(ticket))
        .filter(|ticket| workspace.is_none_or(|id| ticket.workspace_id == id))
        .filter(|ticket| since.map_or(ticket.created_at >= window, |since| ticket.updated_at >= since))
        .filter(|ticket| requester.is_none_or(|id| ticket.requester_id == id))
        .filter(|ticket| email.is_none_or(|email| mailed(ticket, email)))
        .filter(|ticket| kind.is_none_or(|kind| ticket.kind == kind))
        .collect();
    rows.sort_by_key(|ticket| (ticket.created_at, ticket.id));
    if !ascending {
        rows.reverse();
    }
    let (rows, next) = call.page(rows)?;
    Ok(many("tickets", rows.into_iter().map(|ticket| view(&state, ticket, &call)).collect::<Vec<_>>(), next))
}

/// A predefined filter. Nobody watches a ticket here, and tickets are not assigned.
fn predefined(filter: Option<&str>) -> fn(&Ticket) -> bool {
    match filter {
        Some("deleted") => |ticket| ticket.deleted,
        Some("spam") => |ticket| ticket.spam && !ticket.deleted,
        Some("watching") => |_| false,
        Some("new_and_my_open") => |ticket| !ticket.deleted && ticket.status == OPEN,
        _ => |ticket| !ticket.deleted,
    }
}

/// `GET /tickets/filter?query="…"`, which uses the index.
pub async fn filter(State(desk): State<Freshservice>, call: Call) -> Result<Response, Refusal> {
    let query = query::parse(call.get("query").unwrap_or_default(), FILTER_FIELDS).map_err(|error| match error {
        QueryError::Field(name) => Refusal::Invalid(vec![FieldError::unexpected(name)]),
        QueryError::Syntax => Refusal::value("query", "Given query is invalid"),
    })?;
    let (state, until) = (desk.desk(), desk.indexed_until());
    let email = |ticket: &Ticket| state.requester(ticket.requester_id).and_then(|person| person.primary_email.clone());
    let mut rows: Vec<&Ticket> = state
        .tickets
        .values()
        .filter_map(|row| row.as_of(until))
        .filter(|ticket| !ticket.deleted)
        .filter(|ticket| {
            query.fits(&|field| if field == "email" { email(ticket).into() } else { value(ticket, field) })
        })
        .collect();
    rows.sort_by_key(|ticket| Reverse((ticket.created_at, ticket.id)));
    let rows = call.index_page(rows)?;
    Ok(many("tickets", rows.into_iter().map(|ticket| view(&state, ticket, &call)).collect::<Vec<_>>(), None))
}

/// Parses a timestamp or a date.
fn moment(text: &str) -> Result<Timestamp, Refusal> {
    let day = || format!("{text}T00:00:00Z").parse();
    text.parse()
        .or_else(|_| day())
        .map_err(|_| Refusal::value("updated_since", "It should be in the 'combined date and time ISO8601' format"))
}

fn value(ticket: &Ticket, field: &str) -> Value {
    match field {
        "workspace_id" => ticket.workspace_id.into(),
        "requester_id" => ticket.requester_id.into(),
        "agent_id" => ticket.responder_id.into(),
        "group_id" => ticket.group_id.into(),
        "department_id" => ticket.department_id.into(),
        "status" => ticket.status.into(),
        "priority" => ticket.priority.into(),
        "impact" => ticket.impact.into(),
        "urgency" => ticket.urgency.into(),
        "type" => ticket.kind.clone().into(),
        "category" => ticket.category.clone().into(),
        "subject" => ticket.subject.clone().into(),
        "tag" => ticket.tags.clone().into(),
        "due_by" => ticket.due_by.to_string().into(),
        "fr_due_by" => ticket.fr_due_by.to_string().into(),
        "created_at" => ticket.created_at.to_string().into(),
        "updated_at" => ticket.updated_at.to_string().into(),
        _ => Value::Null,
    }
}
