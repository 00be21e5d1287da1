//! Received messages.

use bytes::Bytes;
use jiff::Timestamp;
use mail_parser::{MessageParser, MimeHeaders as _, PartType};
use serde::Serialize;
use serde_json::{Map, Value};

/// A message in the inbox.
#[derive(Debug, Clone, Serialize)]
pub struct Message {
    /// Number in the inbox, from 1.
    pub id: u64,
    /// Envelope sender. Empty for a bounce.
    pub from: String,
    /// Envelope recipients.
    pub to: Vec<String>,
    /// Subject, decoded.
    pub subject: String,
    /// Plain text part, decoded.
    pub text: Option<String>,
    /// HTML part, decoded.
    pub html: Option<String>,
    /// Date of the message, or its time of arrival if it has none.
    pub date: String,
    /// The header fields by name as written, unfolded but not decoded. A repeated field has its values on lines.
    pub headers: Map<String, Value>,
    /// Time of arrival.
    pub received_at: Timestamp,
    /// Source of the message, without SMTP's dot-stuffing.
    #[serde(skip)]
    pub source: Bytes,
}

impl Message {
    /// Parses a message (RFC 5322, MIME). Unreadable parts are left out; the source is kept.
    pub(super) fn read(id: u64, from: &str, to: Vec<String>, source: Bytes, received_at: Timestamp) -> Self {
        let mut message = Self {
            id,
            from: from.to_owned(),
            to,
            subject: String::new(),
            text: None,
            html: None,
            date: received_at.to_string(),
            headers: Map::new(),
            received_at,
            source: Bytes::new(),
        };
        if let Some(parsed) = MessageParser::default().parse(&source) {
            parsed.subject().unwrap_or_default().clone_into(&mut message.subject);
            if let Some(date) = parsed.date() {
                message.date = date.to_rfc3339();
            }
            for (name, value) in parsed.headers_raw() {
                add_header(&mut message.headers, name, value);
            }
            for part in parsed.parts.iter().filter(|part| part.attachment_name().is_none()) {
                match &part.body {
                    PartType::Text(text) if message.text.is_none() => message.text = Some(text.to_string()),
                    PartType::Html(html) if message.html.is_none() => message.html = Some(html.to_string()),
                    _ => {}
                }
            }
        }
        message.source = source;
        message
    }

    /// Whether a recipient's address contains `part`, which is in lower case.
    pub(super) fn is_to(&self, part: &str) -> bool {
        self.to.iter().any(|recipient| recipient.to_lowercase().contains(part))
    }
}

fn add_header(headers: &mut Map<String, Value>, name: &str, value: &str) {
    let value = value.lines().map(str::trim).collect::<Vec<_>>().join(" ").trim().to_owned();
    match headers.get_mut(name) {
        Some(Value::String(known)) => {
            known.push('\n');
            known.push_str(&value);
        }
        _ => {
            headers.insert(name.to_owned(), Value::String(value));
        }
    }
}
