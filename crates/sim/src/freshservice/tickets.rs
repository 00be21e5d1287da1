//! Endpoints of a single ticket.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value, json};

use super::Freshservice;
use super::answer::{FieldError, Refusal, created, one};
use super::call::{Call, Choice, Fields, Kind};
use super::conversations;
use super::id::Id;
use super::model::{Desk, Requester, Ticket};
use super::requesters::{self, placeholder_values as requester_values};
use super::versions::Versioned;
use super::workflow::Event;

/// Status of a new ticket.
pub const OPEN: u64 = 2;
/// Status of a resolved ticket.
pub const RESOLVED: u64 = 4;

/// Statuses of every account. An account's own statuses have higher numbers.
pub const STATUSES: [Choice; 4] = [(OPEN, "Open"), (3, "Pending"), (RESOLVED, "Resolved"), (5, "Closed")];
pub const PRIORITIES: [Choice; 4] = [(1, "Low"), (2, "Medium"), (3, "High"), (4, "Urgent")];
/// Impacts and urgencies.
pub const IMPACTS: [Choice; 3] = [(1, "Low"), (2, "Medium"), (3, "High")];
/// Sources of every account. An account's own sources have much higher numbers.
pub const SOURCES: [Choice; 16] = [
    (1, "Email"),
    (2, "Portal"),
    (3, "Phone"),
    (4, "Chat"),
    (5, "Feedback widget"),
    (6, "Yammer"),
    (7, "AWS Cloudwatch"),
    (8, "Pagerduty"),
    (9, "Walkup"),
    (10, "Slack"),
    (11, "Chatbot"),
    (12, "Workplace"),
    (13, "Employee Onboarding"),
    (14, "Alerts"),
    (15, "MS Teams"),
    (18, "Employee Offboarding"),
];

const WRITABLE: &[(&str, Kind)] = &[
    ("subject", Kind::Text),
    ("description", Kind::Text),
    ("email", Kind::Email),
    ("phone", Kind::Phone),
    ("name", Kind::Text),
    ("requester_id", Kind::Number),
    ("requested_for_id", Kind::Number),
    ("responder_id", Kind::Id),
    ("group_id", Kind::Id),
    ("department_id", Kind::Id),
    ("workspace_id", Kind::Number),
    ("status", Kind::OneOf(&STATUSES, Some(6))),
    ("priority", Kind::OneOf(&PRIORITIES, None)),
    ("source", Kind::OneOf(&SOURCES, Some(1001))),
    ("impact", Kind::OneOf(&IMPACTS, None)),
    ("urgency", Kind::OneOf(&IMPACTS, None)),
    ("type", Kind::Text),
    ("category", Kind::Text),
    ("sub_category", Kind::Text),
    ("item_category", Kind::Text),
    ("tags", Kind::Texts),
    ("cc_emails", Kind::Texts),
    ("custom_fields", Kind::Object),
    ("assets", Kind::Objects),
];

/// `GET /tickets/{id}?include=assets,conversations,requester,requested_for,stats`
pub async fn show(State(desk): State<Freshservice>, Id(id): Id, call: Call) -> Result<Response, Refusal> {
    let state = desk.desk();
    let ticket = state.tickets.get(&id).ok_or(Refusal::NotFound)?.current();
    let mut view = view(&state, ticket, &call);
    if call.includes("assets") {
        view.insert("assets".to_owned(), linked_assets(&state, ticket));
    }
    if call.includes("conversations") {
        view.insert("conversations".to_owned(), json!(conversations::of(&state, id)));
    }
    Ok(one("ticket", view))
}

/// `POST /tickets`. An unknown e-mail address silently creates a requester, a source of duplicates.
pub async fn create(State(desk): State<Freshservice>, call: Call, fields: Fields) -> Result<Response, Refusal> {
    let mut errors = fields.check(WRITABLE);
    let mandatory = ["subject", "description", "status", "priority"];
    errors.extend(mandatory.into_iter().filter(|name| !fields.has(name)).map(FieldError::missing));
    if !["email", "requester_id", "phone"].iter().any(|way| fields.has(way)) {
        errors.push(FieldError::missing("email"));
    }
    Refusal::unless_empty(errors)?;
    let (now, workspace) = (desk.now(), desk.primary_workspace());
    let (ticket, answer) = desk.change(|state| {
        let requester = requester_of(state, &fields, now)?;
        let draft = blank(requester, workspace, now);
        let assets = asked_assets(state, &fields)?.unwrap_or_default();
        let ticket = laid_over(&draft, &fields)?;
        let ticket = add(state, Ticket { assets, ..ticket });
        let answer = view(state, &ticket, &call);
        Ok::<_, Refusal>((ticket, answer))
    })?;
    desk.announce(&Event::TicketCreated(ticket.id), &[]);
    Ok(created(&call, "ticket", ticket.id, answer))
}

/// `PUT /tickets/{id}`: `assets` replaces all linked assets.
pub async fn update(
    State(desk): State<Freshservice>,
    Id(id): Id,
    call: Call,
    fields: Fields,
) -> Result<Response, Refusal> {
    Refusal::unless_empty(fields.check(WRITABLE))?;
    let (now, lag) = (desk.now(), desk.lag());
    let (changed, answer) = desk.change(|state| {
        let before = state.tickets.get(&id).ok_or(Refusal::NotFound)?.current().clone();
        let requester_id = match fields.number("requester_id") {
            Some(requester) if state.requester(requester).is_none() => return Err(unknown_requester()),
            Some(requester) => requester,
            None => before.requester_id,
        };
        let assets = asked_assets(state, &fields)?.unwrap_or_else(|| before.assets.clone());
        let after = Ticket { requester_id, assets, ..laid_over(&before, &fields)? };
        let changed = differing(&before, &after);
        let after = store(state, after, now, lag);
        Ok((changed, view(state, &after, &call)))
    })?;
    desk.announce(&Event::TicketUpdated(id), &changed.iter().map(String::as_str).collect::<Vec<_>>());
    Ok(one("ticket", answer))
}

/// `DELETE /tickets/{id}`: marks the ticket as deleted.
pub async fn delete(State(desk): State<Freshservice>, Id(id): Id) -> Result<StatusCode, Refusal> {
    let (now, lag) = (desk.now(), desk.lag());
    desk.change(|state| {
        let before = state.tickets.get(&id).ok_or(Refusal::NotFound)?.current().clone();
        store(state, Ticket { deleted: true, ..before }, now, lag);
        Ok(StatusCode::NO_CONTENT)
    })
}

/// A new ticket of a requester.
pub fn blank(requester_id: u64, workspace_id: u64, now: Timestamp) -> Ticket {
    Ticket {
        id: 0,
        subject: String::new(),
        description: String::new(),
        description_text: String::new(),
        requester_id,
        requested_for_id: requester_id,
        responder_id: None,
        group_id: None,
        department_id: None,
        workspace_id,
        status: OPEN,
        priority: 1,
        source: 2,
        impact: 1,
        urgency: 1,
        kind: "Incident".to_owned(),
        category: None,
        sub_category: None,
        item_category: None,
        tags: Vec::new(),
        cc_emails: Vec::new(),
        fwd_emails: Vec::new(),
        reply_cc_emails: Vec::new(),
        to_emails: None,
        email_config_id: None,
        spam: false,
        deleted: false,
        is_escalated: false,
        fr_escalated: false,
        due_by: now + SignedDuration::from_hours(72),
        fr_due_by: now + SignedDuration::from_hours(24),
        custom_fields: Map::new(),
        assets: Vec::new(),
        resolved_at: None,
        created_at: now,
        updated_at: now,
    }
}

/// Stores a new ticket with the next ticket number.
pub fn add(state: &mut Desk, draft: Ticket) -> Ticket {
    state.last_ticket += 1;
    let ticket = Ticket { id: state.last_ticket, ..draft };
    state.tickets.insert(ticket.id, Versioned::new(ticket.clone(), ticket.created_at));
    ticket
}

/// Stores a changed ticket.
pub fn store(state: &mut Desk, after: Ticket, now: Timestamp, lag: SignedDuration) -> Ticket {
    let resolved_at = (after.status >= RESOLVED).then(|| after.resolved_at.unwrap_or(now));
    let ticket = Ticket { updated_at: now, resolved_at, ..after };
    if let Some(stored) = state.tickets.get_mut(&ticket.id) {
        stored.replace(ticket.clone(), now, lag);
    }
    ticket
}

fn laid_over(base: &Ticket, fields: &Fields) -> Result<Ticket, Refusal> {
    let own: Vec<(&str, Kind)> = WRITABLE
        .iter()
        .filter(|(name, _)| !matches!(*name, "email" | "phone" | "name" | "requester_id" | "assets"))
        .copied()
        .collect();
    let mut ticket = fields.over(base, &own)?;
    if let Some(description) = fields.text("description") {
        ticket.description_text = conversations::without_tags(description);
    }
    Ok(ticket)
}

fn differing(before: &Ticket, after: &Ticket) -> Vec<String> {
    let (before, after) = (json!(before), json!(after));
    let fields = after.as_object().into_iter().flatten();
    fields.filter(|(name, value)| before.get(*name) != Some(*value)).map(|(name, _)| name.clone()).collect()
}

fn unknown_requester() -> Refusal {
    Refusal::value("requester_id", "There is no contact matching the given requester_id")
}

fn requester_of(state: &mut Desk, fields: &Fields, now: Timestamp) -> Result<u64, Refusal> {
    if let Some(id) = fields.number("requester_id") {
        return state.requester(id).map(|requester| requester.id).ok_or_else(unknown_requester);
    }
    let (email, phone) = (fields.text("email"), fields.text("phone"));
    let known = |person: &&Requester| match (email, phone) {
        (Some(email), _) => person.has_email(email),
        (None, Some(phone)) => {
            [&person.mobile_phone_number, &person.work_phone_number].iter().any(|own| own.as_deref() == Some(phone))
        }
        (None, None) => false,
    };
    if let Some(person) = state.requesters.values().map(|row| &row.current().requester).find(known) {
        return Ok(person.id);
    }
    let local_part = email.and_then(|email| email.split('@').next());
    let first_name = fields.text("name").or(local_part);
    let first_name = first_name.ok_or_else(|| Refusal::Invalid(vec![FieldError::missing("name")]))?.to_owned();
    let (primary_email, work_phone_number) = (email.map(str::to_owned), phone.map(str::to_owned));
    let newcomer = Requester { first_name, primary_email, work_phone_number, ..requesters::blank(now) };
    Ok(requesters::add(state, newcomer).id)
}

fn asked_assets(state: &Desk, fields: &Fields) -> Result<Option<Vec<u64>>, Refusal> {
    let Some(list) = fields.0.get("assets").and_then(Value::as_array) else { return Ok(None) };
    let unknown = || Refusal::value("assets", "There is no asset matching the given display_id");
    let known = |entry: &Value| {
        let id = entry.get("display_id").and_then(Value::as_u64);
        id.filter(|id| state.assets.contains_key(id)).ok_or_else(unknown)
    };
    list.iter().map(known).collect::<Result<Vec<_>, _>>().map(Some)
}

/// A ticket as in lists.
pub fn view(state: &Desk, ticket: &Ticket, call: &Call) -> Map<String, Value> {
    let Value::Object(mut view) = json!(ticket) else { return Map::new() };
    view.shift_remove("assets");
    view.shift_remove("resolved_at");
    let person = |id: u64| {
        state.requester(id).map(|person| {
            json!({ "id": person.id, "name": state.user_name(id), "email": person.primary_email,
                "mobile": person.mobile_phone_number, "phone": person.work_phone_number })
        })
    };
    if call.includes("requester") {
        view.insert("requester".to_owned(), person(ticket.requester_id).into());
    }
    if call.includes("requested_for") {
        view.insert("requested_for".to_owned(), person(ticket.requested_for_id).into());
    }
    if call.includes("stats") {
        view.insert("stats".to_owned(), stats(ticket));
    }
    view
}

fn stats(ticket: &Ticket) -> Value {
    let closed_at = ticket.resolved_at.filter(|_| ticket.status > RESOLVED);
    json!({ "ticket_id": ticket.id, "opened_at": null, "created_at": ticket.created_at, "updated_at": ticket.updated_at,
        "resolved_at": ticket.resolved_at, "closed_at": closed_at, "first_responded_at": null })
}

/// Linked assets, whose format differs from `/assets`.
fn linked_assets(state: &Desk, ticket: &Ticket) -> Value {
    let rows = ticket.assets.iter().filter_map(|id| state.assets.get(id)).map(Versioned::current);
    let impact = |word: &str| match word {
        "high" => 3,
        "medium" => 2,
        _ => 1,
    };
    let shape = rows.map(|row| {
        let asset = &row.asset;
        json!({ "id": asset.id, "display_id": asset.display_id, "name": asset.name, "description": asset.description,
            "ci_type_id": asset.asset_type_id, "impact": impact(&asset.impact), "asset_tag": asset.asset_tag,
            "user_id": asset.user_id, "department_id": asset.department_id, "location_id": asset.location_id,
            "agent_id": asset.agent_id, "deleted": row.trashed, "created": asset.created_at, "updated": asset.updated_at })
    });
    Value::Array(shape.collect())
}

/// The name of a status.
pub fn status_word(status: u64) -> &'static str {
    STATUSES.iter().find(|(number, _)| *number == status).map_or("Custom", |(_, word)| *word)
}

/// Placeholder values of a ticket: `status` as text with its number beside it, and the requester.
pub fn placeholder_values(state: &Desk, ticket: &Ticket) -> Value {
    let mut values = json!(ticket);
    values["status_id"] = ticket.status.into();
    values["status"] = status_word(ticket.status).into();
    values["id_numeric"] = ticket.id.into();
    values["ticket_type"] = ticket.kind.clone().into();
    values["requester"] = state.requester(ticket.requester_id).map(requester_values).into();
    values
}
