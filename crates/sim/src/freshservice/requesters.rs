//! Endpoints of a single requester.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use serde_json::Value;

use super::Freshservice;
use super::answer::{FieldError, Refusal, created, one};
use super::assets::set_user;
use super::call::{Call, Fields, Kind};
use super::id::Id;
use super::model::{Desk, Requester, RequesterRow};
use super::versions::Versioned;
use super::workflow::Event;

const WRITABLE: &[(&str, Kind)] = &[
    ("first_name", Kind::Text),
    ("last_name", Kind::Text),
    ("job_title", Kind::Text),
    ("primary_email", Kind::Email),
    ("secondary_emails", Kind::Texts),
    ("work_phone_number", Kind::Phone),
    ("mobile_phone_number", Kind::Phone),
    ("department_ids", Kind::Ids),
    ("can_see_all_tickets_from_associated_departments", Kind::Flag),
    ("can_see_all_changes_from_associated_departments", Kind::Flag),
    ("reporting_manager_id", Kind::Id),
    ("address", Kind::Text),
    ("time_zone", Kind::Text),
    ("time_format", Kind::Word(&["12h", "24h"])),
    ("language", Kind::Text),
    ("location_id", Kind::Id),
    ("background_information", Kind::Text),
    ("external_id", Kind::Text),
    ("vip_user", Kind::Flag),
    ("custom_fields", Kind::Object),
];

/// Fields that must not be cleared.
const NEVER_NULL: [&str; 4] = ["first_name", "time_zone", "time_format", "language"];

/// `GET /requesters/{id}`: including deactivated requesters.
pub async fn show(State(desk): State<Freshservice>, Id(id): Id) -> Result<Response, Refusal> {
    let state = desk.desk();
    state.requester(id).map(|requester| one("requester", requester)).ok_or(Refusal::NotFound)
}

/// `POST /requesters`: requires a first name, and an e-mail address or phone number.
pub async fn create(State(desk): State<Freshservice>, call: Call, fields: Fields) -> Result<Response, Refusal> {
    let mut errors = fields.check(WRITABLE);
    if !fields.has("first_name") {
        errors.push(FieldError::missing("first_name"));
    }
    if !["primary_email", "work_phone_number", "mobile_phone_number"].iter().any(|way| fields.has(way)) {
        errors.push(FieldError::missing("primary_email"));
    }
    Refusal::unless_empty(errors)?;
    let now = desk.now();
    let requester = desk.change(|state| {
        let requester = fields.over(&blank(now), WRITABLE)?;
        refuse_taken_emails(state, &requester)?;
        Ok(add(state, requester))
    })?;
    Ok(created(&call, "requester", requester.id, requester))
}

/// `PUT /requesters/{id}`. As documented, `can_see_all_tickets_from_associated_departments` becomes false if it is not
/// sent.
pub async fn update(State(desk): State<Freshservice>, Id(id): Id, fields: Fields) -> Result<Response, Refusal> {
    let mut errors = fields.check(WRITABLE);
    errors.extend(
        NEVER_NULL
            .iter()
            .filter(|name| fields.0.contains_key(**name) && !fields.has(name))
            .map(|name| FieldError::missing(*name)),
    );
    Refusal::unless_empty(errors)?;
    let requester = rewrite(&desk, id, |state, before| {
        let base = Requester { can_see_all_tickets_from_associated_departments: false, ..before.clone() };
        let after = fields.over(&base, WRITABLE)?;
        refuse_taken_emails(state, &after)?;
        Ok(after)
    })?;
    let changed: Vec<&str> = fields.0.keys().map(String::as_str).collect();
    desk.announce(&Event::RequesterUpdated(requester.id), &changed);
    Ok(one("requester", requester))
}

/// `DELETE /requesters/{id}`: deactivates the requester.
pub async fn deactivate(State(desk): State<Freshservice>, Id(id): Id) -> Result<StatusCode, Refusal> {
    rewrite(&desk, id, |_, before| Ok(Requester { active: false, ..before.clone() }))?;
    desk.announce(&Event::RequesterUpdated(id), &["active"]);
    Ok(StatusCode::NO_CONTENT)
}

/// `PUT /requesters/{id}/reactivate`: the requester loses departments, location and manager.
pub async fn reactivate(State(desk): State<Freshservice>, Id(id): Id) -> Result<Response, Refusal> {
    let requester = rewrite(&desk, id, |_, before| {
        Ok(Requester {
            active: true,
            department_ids: Vec::new(),
            department_names: None,
            location_id: None,
            location_name: None,
            reporting_manager_id: None,
            ..before.clone()
        })
    })?;
    desk.announce(&Event::RequesterUpdated(id), &["active"]);
    Ok(one("requester", requester))
}

/// `DELETE /requesters/{id}/forget`: deletes the requester and their tickets permanently, and unassigns their assets.
pub async fn forget(State(desk): State<Freshservice>, Id(id): Id) -> Result<StatusCode, Refusal> {
    let (now, lag) = (desk.now(), desk.lag());
    desk.change(|state| {
        let tickets: Vec<u64> = tickets_of(state, id);
        for display_id in assets_of(state, id) {
            set_user(state, display_id, None, now, lag);
        }
        state.requesters.remove(&id).ok_or(Refusal::NotFound)?;
        state.conversations.retain(|entry| !tickets.contains(&entry.ticket_id));
        state.tickets.retain(|ticket, _| !tickets.contains(ticket));
        Ok(StatusCode::NO_CONTENT)
    })
}

/// Ids of the tickets of a requester.
pub fn tickets_of(state: &Desk, requester: u64) -> Vec<u64> {
    let own = state.tickets.values().map(Versioned::current).filter(|ticket| ticket.requester_id == requester);
    own.map(|ticket| ticket.id).collect()
}

/// Display ids of a user's assets.
pub fn assets_of(state: &Desk, user: u64) -> Vec<u64> {
    let own = state.assets.values().map(|row| &row.current().asset).filter(|asset| asset.user_id == Some(user));
    own.map(|asset| asset.display_id).collect()
}

/// A requester with the account's default values.
pub fn blank(now: jiff::Timestamp) -> Requester {
    Requester {
        active: true,
        time_zone: "Pretoria".to_owned(),
        time_format: "12h".to_owned(),
        language: "en".to_owned(),
        created_at: now,
        updated_at: now,
        ..Requester::default()
    }
}

/// Stores a new requester with the next id.
pub fn add(state: &mut Desk, requester: Requester) -> Requester {
    let requester = Requester { id: state.next_id(), ..requester };
    let row = RequesterRow { requester: requester.clone(), email_verified_at: None };
    state.requesters.insert(requester.id, Versioned::new(row, requester.created_at));
    requester
}

/// Changes a requester and sets its `updated_at`.
fn rewrite(
    desk: &Freshservice,
    id: u64,
    change: impl FnOnce(&Desk, &Requester) -> Result<Requester, Refusal>,
) -> Result<Requester, Refusal> {
    let (now, lag) = (desk.now(), desk.lag());
    desk.change(|state| {
        let before = state.requesters.get(&id).ok_or(Refusal::NotFound)?.current().clone();
        let requester = Requester { updated_at: now, ..change(state, &before.requester)? };
        let row = RequesterRow { requester: requester.clone(), ..before };
        if let Some(stored) = state.requesters.get_mut(&id) {
            stored.replace(row, now, lag);
        }
        Ok(requester)
    })
}

fn refuse_taken_emails(state: &Desk, requester: &Requester) -> Result<(), Refusal> {
    let others =
        || state.requesters.values().map(|row| &row.current().requester).filter(|other| other.id != requester.id);
    let taken = |email: &String| others().any(|other| other.has_email(email));
    let field = match &requester.primary_email {
        Some(email) if taken(email) => "primary_email",
        _ if requester.secondary_emails.iter().any(taken) => "secondary_emails",
        _ => return Ok(()),
    };
    Err(Refusal::Duplicate(FieldError {
        field: field.to_owned(),
        message: "It should be a unique value".to_owned(),
        code: "duplicate_value",
    }))
}

/// Placeholder values of a requester.
pub fn placeholder_values(requester: &Requester) -> Value {
    let mut values = serde_json::to_value(requester).unwrap_or_default();
    let name = format!("{} {}", requester.first_name, requester.last_name.as_deref().unwrap_or_default());
    values["name"] = name.trim().into();
    values["email"] = requester.primary_email.clone().into();
    values
}
