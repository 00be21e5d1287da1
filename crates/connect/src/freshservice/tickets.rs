//! Tickets and their conversations (`P09`).

use http::Method;
use jiff::Timestamp;
use nanohtml2text::html2text;
use serde_json::{Value, json};
use tessera_core::service_requests::TicketClass;
use tessera_hub::ports::{ConnectError, NewNote, NewTicket, Priority, Said, Ticket};

use super::writing::number;
use super::{Freshservice, MAX_PAGES, NotesBy, PER_PAGE, lenient_json as read, rate_limits, reading};
use crate::discipline::Charge;

const LIST: Charge = Charge { credits: 1, limit: Some(rate_limits::LIST_TICKETS) };
/// With `include=assets`, one ticket costs two credits.
const VIEW: Charge = Charge { credits: 2, limit: Some(rate_limits::VIEW_TICKET) };
const CREATE: Charge = Charge { credits: 1, limit: Some(rate_limits::CREATE_TICKET) };
const UPDATE: Charge = Charge { credits: 1, limit: Some(rate_limits::UPDATE_TICKET) };

/// Status of a new ticket.
const OPEN: i64 = 2;
/// Lowest priority. Rules of the service desk can raise it.
const LOW: i64 = 1;
/// Source of a ticket: the portal.
const FROM_PORTAL: i64 = 2;
/// Maximum length of a text copied from a ticket, in characters.
const MAX_TEXT_LENGTH: usize = 20_000;
/// Maximum length of the HTML that is converted, in characters. Mail programs write a lot of it.
const MAX_HTML_LENGTH: usize = 500_000;

impl Freshservice {
    /// Creates a ticket and returns its number. It is not retried automatically, because a ticket may exist even if the
    /// answer is lost.
    pub async fn create_ticket(&self, ticket: &NewTicket<'_>, priority: Priority) -> Result<String, ConnectError> {
        let mut body = json!({
            "requester_id": number(ticket.requester_id),
            "subject": ticket.subject,
            "description": ticket.description,
            "status": OPEN,
            "priority": LOW,
            "source": FROM_PORTAL,
        });
        if let Some(asset) = ticket.asset {
            body["assets"] = json!([{ "display_id": number(asset) }]);
        }
        if let Some(workspace) = self.config.workspace_id.filter(|id| *id > 0) {
            body["workspace_id"] = workspace.into();
        }
        let object = format!("a new ticket of requester {}", ticket.requester_id);
        let call = self.call(&["tickets"], &[], "/tickets", object, priority, CREATE).write(Method::POST, &body);
        let answer = self.client.exchange(&call).await?.existing(&call)?;
        let made = reading::unwrapped(answer.json()?, &["ticket"]);
        read::text(&made, "id").ok_or_else(|| answer.unexpected("a new ticket without an id"))
    }

    /// The ticket with this id and its assets, or `None`. This read does not lag.
    pub async fn ticket(&self, id: &str, priority: Priority) -> Result<Option<Ticket>, ConnectError> {
        if !read::is_number(id) {
            return Ok(None);
        }
        let query = [("include", "assets".to_owned())];
        let call = self.call(&["tickets", id], &query, "/tickets/{id}", format!("ticket {id}"), priority, VIEW);
        let Some(answer) = self.found(self.client.exchange(&call).await?, priority).await? else { return Ok(None) };
        let raw = reading::unwrapped(answer.json()?, &["ticket"]);
        match ticket(&raw, answer.read_at) {
            Some(ticket) if ticket.id == id => Ok(Some(ticket)),
            _ => Err(answer.unexpected("another ticket, or one without id or status")),
        }
    }

    /// A page (from 1) of the tickets changed since a time, ordered by creation, and whether there are more.
    pub async fn tickets_changed(
        &self,
        since: Timestamp,
        page: u32,
        priority: Priority,
    ) -> Result<(Vec<Ticket>, bool), ConnectError> {
        self.ticket_list(since, None, page, priority).await
    }

    /// A requester's tickets changed since a time, ordered by creation. This list does not lag.
    pub async fn tickets_of(
        &self,
        requester_id: &str,
        since: Timestamp,
        priority: Priority,
    ) -> Result<Vec<Ticket>, ConnectError> {
        let mut all = Vec::new();
        // Anything but a number is rejected there as a malformed filter.
        if !read::is_number(requester_id) {
            return Ok(all);
        }
        for page in 1..=MAX_PAGES {
            let (tickets, more) = self.ticket_list(since, Some(requester_id), page, priority).await?;
            all.extend(tickets.into_iter().filter(|ticket| ticket.requester_id.as_deref() == Some(requester_id)));
            if !more {
                return Ok(all);
            }
        }
        Err(self.too_long(format!("the tickets of requester {requester_id}")))
    }

    async fn ticket_list(
        &self,
        since: Timestamp,
        requester_id: Option<&str>,
        page: u32,
        priority: Priority,
    ) -> Result<(Vec<Ticket>, bool), ConnectError> {
        // Without `updated_since`, the list is limited to tickets created in the last 30 days.
        let since = Timestamp::from_second(since.as_second()).unwrap_or(since);
        let mut query = vec![
            ("updated_since", since.to_string()),
            ("order_type", "asc".to_owned()),
            ("per_page", PER_PAGE.to_string()),
            ("page", page.to_string()),
        ];
        query.extend(requester_id.map(|id| ("requester_id", id.to_owned())));
        query.extend(self.config.workspace_id.map(|id| ("workspace_id", id.to_string())));
        let object = match requester_id {
            Some(id) => format!("the tickets of requester {id}"),
            None => format!("page {page} of the tickets"),
        };
        let call = self.call(&["tickets"], &query, "/tickets", object, priority, LIST);
        let (rows, answer) = self.rows(&call, "tickets").await?;
        let read = |row| ticket(row, answer.read_at).ok_or_else(|| answer.unexpected("a ticket without id or status"));
        Ok((rows.iter().map(read).collect::<Result<_, _>>()?, answer.has_next()))
    }

    /// All conversation entries of a ticket, including private notes, oldest first.
    pub async fn notes_of_ticket(&self, ticket_id: &str, priority: Priority) -> Result<Vec<Said>, ConnectError> {
        if !read::is_number(ticket_id) {
            return Ok(Vec::new());
        }
        let mut all = Vec::new();
        for page in 1..=MAX_PAGES {
            let query = [("per_page", PER_PAGE.to_string()), ("page", page.to_string())];
            let object = format!("what was said on ticket {ticket_id}");
            let path = ["tickets", ticket_id, "conversations"];
            let call = self.call(&path, &query, "/tickets/{id}/conversations", object, priority, Charge::ONE);
            let (rows, answer) = self.rows(&call, "conversations").await?;
            all.extend(rows.iter().filter_map(said));
            if !answer.has_next() {
                return Ok(all);
            }
        }
        Err(self.too_long(format!("what was said on ticket {ticket_id}")))
    }

    /// Adds a public note by the requester to their ticket and returns its id; `None` if there is no such ticket.
    /// Freshservice sends no e-mail about notes. It is not retried automatically.
    pub async fn add_note(&self, note: &NewNote<'_>, priority: Priority) -> Result<Option<String>, ConnectError> {
        if !read::is_number(note.ticket_id) {
            return Ok(None);
        }
        let mut body = json!({ "body": note.body, "private": false });
        if let Some(requester) = note.requester_id.filter(|_| self.config.notes_by == NotesBy::Requester) {
            body["incoming"] = true.into();
            body["user_id"] = number(requester);
        }
        let object = format!("a note on ticket {}", note.ticket_id);
        let path = ["tickets", note.ticket_id, "notes"];
        let call = self.call(&path, &[], "/tickets/{id}/notes", object, priority, Charge::ONE);
        let answer = self.client.exchange(&call.write(Method::POST, &body)).await?;
        let Some(answer) = self.found(answer, priority).await? else { return Ok(None) };
        let made = reading::unwrapped(answer.json()?, &["conversation", "note"]);
        read::text(&made, "id").map(Some).ok_or_else(|| answer.unexpected("a new note without an id"))
    }

    /// Sets the status of a ticket. `false` if there is no such ticket.
    pub async fn set_ticket_status(&self, id: &str, status: i64, priority: Priority) -> Result<bool, ConnectError> {
        if !read::is_number(id) {
            return Ok(false);
        }
        let call = self.call(&["tickets", id], &[], "/tickets/{id}", format!("ticket {id}"), priority, UPDATE);
        let call = call.write(Method::PUT, &json!({ "status": status }));
        Ok(self.found(self.client.exchange(&call).await?, priority).await?.is_some())
    }
}

fn ticket(raw: &Value, read_at: Timestamp) -> Option<Ticket> {
    let linked = raw.get("assets").and_then(Value::as_array).into_iter().flatten();
    Some(Ticket {
        id: read::text(raw, "id")?,
        subject: read::text(raw, "subject").unwrap_or_default(),
        description: text_of(raw, "description_text", "description"),
        requester_id: read::text(raw, "requester_id"),
        status: read::text(raw, "status")?.parse().ok()?,
        class: TicketClass {
            ticket_type: read::text(raw, "type"),
            categories: ["category", "sub_category", "item_category"]
                .iter()
                .filter_map(|name| read::text(raw, name))
                .collect(),
        },
        assets: linked.filter_map(|asset| read::text(asset, "display_id")).collect(),
        removed: ["deleted", "spam"].iter().any(|flag| read::flag(raw, flag) == Some(true)),
        created_at: read::time(raw, "created_at"),
        updated_at: read::time(raw, "updated_at"),
        read_at,
    })
}

fn said(raw: &Value) -> Option<Said> {
    let files = raw.get("attachments").and_then(Value::as_array).into_iter().flatten();
    Some(Said {
        id: read::text(raw, "id")?,
        private: read::flag(raw, "private") != Some(false),
        author_id: read::text(raw, "user_id"),
        text: text_of(raw, "body_text", "body"),
        has_picture: read::text(raw, "body").is_some_and(|html| has_picture(&html)),
        files: files.filter_map(|file| read::text(file, "name")).collect(),
        at: read::time(raw, "created_at"),
    })
}

/// The text of the HTML, or else the plain text. The service desk makes the plain text from the HTML too, but keeps what
/// is in style sheets.
fn text_of(raw: &Value, plain: &str, html: &str) -> String {
    let text = read::text(raw, html).map(|html| as_text(&html)).or_else(|| read::text(raw, plain)).unwrap_or_default();
    text.chars().take(MAX_TEXT_LENGTH).collect()
}

fn as_text(html: &str) -> String {
    let html: String = html.chars().take(MAX_HTML_LENGTH).collect();
    html2text(&html).replace("\r\n", "\n").replace('\u{a0}', " ").trim().to_owned()
}

/// Whether HTML shows a picture.
fn has_picture(html: &str) -> bool {
    html.as_bytes().windows(4).any(|tag| tag.eq_ignore_ascii_case(b"<img"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn p09_what_does_not_say_that_it_is_public_is_private() {
        for raw in [json!({"id": 1}), json!({"id": 1, "private": null}), json!({"id": 1, "private": true})] {
            assert!(said(&raw).unwrap().private, "{raw}");
        }
        assert!(!said(&json!({"id": 1, "private": false})).unwrap().private);
    }

    #[test]
    fn html_becomes_lines_of_text() {
        let html = "<div>It&nbsp;is <b>dark</b> &amp; cold</div><p>2 &lt; 3<br>and&#x20;so&hellip;</p>";
        assert_eq!(as_text(html), "It is dark & cold\n\n2 < 3\nand so…");
    }

    #[test]
    fn p09_what_nobody_reads_is_no_part_of_a_reply() {
        let html = "<html><head><title>Re</title><style>v\\:* {behavior:url(#default#VML);}</style></head><body>\
                    <STYLE type='text/css'>p { color: red }</STYLE><script>alert('<p>')</script><!-- <p>hidden</p> -->\
                    <p>Turn it off.</p></body></html>";
        let reply = json!({ "id": 1, "body": html, "body_text": "v\\:* {behavior:url(#default#VML);} Turn it off." });
        assert_eq!(said(&reply).unwrap().text, "Turn it off.");
        let plain = json!({ "id": 1, "body_text": "2 < 3", "body": null });
        assert_eq!(said(&plain).unwrap().text, "2 < 3");
    }

    #[test]
    fn p09_a_reply_that_is_a_picture_is_known_as_such() {
        let picture =
            said(&json!({ "id": 1, "body": "<div><IMG src=\"https://desk.example.com/1.png\"></div>" })).unwrap();
        assert!(picture.text.is_empty() && picture.has_picture);
        assert!(!said(&json!({ "id": 1, "body": "<div>No image</div>" })).unwrap().has_picture);
    }
}
