//! Endpoints of a ticket's replies and notes.

use axum::extract::State;
use axum::response::Response;

use super::Freshservice;
use super::answer::{FieldError, Refusal, created, many};
use super::call::{Call, Fields, Kind};
use super::id::Id;
use super::model::{Conversation, Desk};
use super::tickets;
use super::workflow::Event;

const NOTE: &[(&str, Kind)] = &[
    ("body", Kind::Text),
    ("incoming", Kind::Flag),
    ("private", Kind::Flag),
    ("notify_emails", Kind::Texts),
    ("user_id", Kind::Number),
];

const REPLY: &[(&str, Kind)] = &[
    ("body", Kind::Text),
    ("from_email", Kind::Email),
    ("user_id", Kind::Number),
    ("cc_emails", Kind::Texts),
    ("bcc_emails", Kind::Texts),
];

/// Source of an entry, by the API's number.
pub const SOURCE_REPLY: u64 = 0;
const SOURCE_NOTE: u64 = 2;

/// `GET /tickets/{id}/conversations`
pub async fn list(State(desk): State<Freshservice>, Id(id): Id, call: Call) -> Result<Response, Refusal> {
    let state = desk.desk();
    if !state.tickets.contains_key(&id) {
        return Err(Refusal::NotFound);
    }
    let (rows, next) = call.page(of(&state, id))?;
    Ok(many("conversations", rows, next))
}

/// `POST /tickets/{id}/notes`: private by default.
pub async fn note(
    State(desk): State<Freshservice>,
    Id(id): Id,
    call: Call,
    fields: Fields,
) -> Result<Response, Refusal> {
    let flag = |name: &str| fields.0.get(name).and_then(serde_json::Value::as_bool);
    let (private, incoming) = (flag("private").unwrap_or(true), flag("incoming").unwrap_or(false));
    let entry =
        write(&desk, id, &fields, NOTE, |entry, _| Conversation { private, incoming, source: SOURCE_NOTE, ..entry })?;
    Ok(created(&call, "conversation", entry.id, entry))
}

/// `POST /tickets/{id}/reply`: sent to the requester.
pub async fn reply(
    State(desk): State<Freshservice>,
    Id(id): Id,
    call: Call,
    fields: Fields,
) -> Result<Response, Refusal> {
    let entry = write(&desk, id, &fields, REPLY, |entry, requester_email| Conversation {
        source: SOURCE_REPLY,
        from_email: fields.text("from_email").map(str::to_owned),
        to_emails: requester_email.into_iter().collect(),
        ..entry
    })?;
    Ok(created(&call, "conversation", entry.id, entry))
}

/// The entries of a ticket, oldest first.
pub fn of(state: &Desk, ticket: u64) -> Vec<&Conversation> {
    state.conversations.iter().filter(|entry| entry.ticket_id == ticket).collect()
}

/// Removes the tags of HTML.
pub fn without_tags(html: &str) -> String {
    let pieces = html.split('<').enumerate().map(|(index, piece)| match piece.split_once('>') {
        Some((_tag, text)) if index > 0 => text,
        _ => piece,
    });
    pieces.collect::<String>().trim().to_owned()
}

fn write(
    desk: &Freshservice,
    ticket_id: u64,
    fields: &Fields,
    taken: &[(&str, Kind)],
    complete: impl FnOnce(Conversation, Option<String>) -> Conversation,
) -> Result<Conversation, Refusal> {
    let mut errors = fields.check(taken);
    if !fields.has("body") {
        errors.push(FieldError::missing("body"));
    }
    Refusal::unless_empty(errors)?;
    let (now, lag) = (desk.now(), desk.lag());
    let entry = desk.change(|state| {
        let ticket = state.tickets.get(&ticket_id).ok_or(Refusal::NotFound)?.current().clone();
        let requester = ticket.requester_id;
        let email = state.requester(requester).and_then(|person| person.primary_email.clone());
        let agent = state.agents.keys().next().copied().unwrap_or_default();
        let body = fields.text("body").unwrap_or_default();
        let entry = Conversation {
            id: state.next_id(),
            ticket_id,
            user_id: fields.number("user_id").unwrap_or(agent),
            body: body.to_owned(),
            body_text: without_tags(body),
            incoming: false,
            private: false,
            source: SOURCE_NOTE,
            support_email: None,
            from_email: None,
            to_emails: Vec::new(),
            cc_emails: Vec::new(),
            bcc_emails: Vec::new(),
            attachments: Vec::new(),
            created_at: now,
            updated_at: now,
        };
        let entry = complete(entry, email);
        state.conversations.push(entry.clone());
        tickets::store(state, ticket, now, lag);
        Ok::<_, Refusal>(entry)
    })?;
    desk.announce(&Event::TicketUpdated(ticket_id), &["conversations"]);
    Ok(entry)
}
