//! Service requests: what a customer asks the service team for, and how it stands (`P09`, `P15`).
//!
//! A request lives here. Once its own steps are taken it is mirrored with a ticket of the service desk: what customers say goes there in
//! order, what the service desk says publicly comes back.

mod act;
pub mod change;
mod desk;
pub mod file;
pub mod jobs;
mod open;
mod status;
mod ticket_body;
pub mod workflow;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::kernel::ids::{CommentId, CustomerId, PersonId, PlaceId, RequestFileId, ServiceRequestId};
use crate::service_requests::workflow::Run;

pub use act::{RequestAction, RequestActionError, allows, comment, decided, may_decide, may_retry, retry};
pub use desk::{Loss, TicketEntry, TicketState, adopt, answered, apply_ticket, arrived, lost, refused, unlinked};
pub use open::{Opening, open};
pub use status::Status;
pub use ticket_body::{note_html, ticket_html};

/// The longest subject, in characters.
pub const MAX_SUBJECT_LENGTH: usize = 150;
/// The longest description or comment, in characters.
pub const MAX_TEXT_LENGTH: usize = 10_000;

/// A service request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceRequest {
    /// Its id.
    pub id: ServiceRequestId,
    /// Counts changes.
    pub version: i64,
    /// Whose.
    pub customer_id: CustomerId,
    /// Where. Who sees the place sees the request.
    pub place_id: PlaceId,
    /// Who opened it; none: somebody at the service desk.
    pub person_id: Option<PersonId>,
    /// Their name.
    pub person_name: String,
    /// The kind, by its configured code.
    pub kind: String,
    /// What it is about.
    pub subject: String,
    /// What is the matter.
    pub description: String,
    /// The device it is about (`P15`).
    pub device: Option<DeviceNamed>,
    /// What the customer's own workflow asked, and the answers.
    pub answers: Vec<(String, String)>,
    /// How it stands.
    pub status: Status,
    /// How it stands with the service desk.
    pub mirror: TicketLink,
    /// When the ticket was sent for the first time; with no number yet, the service desk may have it or not.
    pub sent_at: Option<Timestamp>,
    /// When the ticket was last read.
    pub read_at: Option<Timestamp>,
    /// Its way through the customer's own workflow.
    pub run: Run,
    /// When it was opened.
    pub created_at: Timestamp,
    /// When something last happened to it.
    pub updated_at: Timestamp,
}

/// A device, as a request names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceNamed {
    /// Its system.
    pub system: String,
    /// Its id there.
    pub external_id: String,
    /// Its name when the request was opened.
    pub name: String,
}

/// How a request stands with the service desk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TicketLink {
    /// It is not for the service desk: its own steps are not taken, or it was taken back before.
    Held,
    /// It will be sent.
    Waiting,
    /// It will be sent as soon as its customer has a requester there.
    Unlinked,
    /// It is this ticket.
    Ticket {
        /// Its number.
        id: String,
    },
    /// The service desk did not take it.
    Refused {
        /// In its words, with what to do.
        why: String,
    },
    /// It was this ticket, which is gone or somebody else's now.
    Lost {
        /// Its number.
        id: String,
        /// What was found.
        why: String,
    },
}

impl TicketLink {
    /// The name used in the database and on pages.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Held => "held",
            Self::Waiting => "waiting",
            Self::Unlinked => "unlinked",
            Self::Ticket { .. } => "ticket",
            Self::Refused { .. } => "refused",
            Self::Lost { .. } => "lost",
        }
    }

    /// The ticket's number.
    pub fn ticket(&self) -> Option<&str> {
        match self {
            Self::Ticket { id } | Self::Lost { id, .. } => Some(id),
            _ => None,
        }
    }

    /// What belongs to it in words.
    pub fn note(&self) -> Option<&str> {
        match self {
            Self::Refused { why } | Self::Lost { why, .. } => Some(why),
            _ => None,
        }
    }

    /// Reads it back.
    pub fn parse(name: &str, ticket: Option<String>, note: Option<String>) -> Option<Self> {
        Some(match (name, ticket, note) {
            ("held", None, None) => Self::Held,
            ("waiting", None, None) => Self::Waiting,
            ("unlinked", None, None) => Self::Unlinked,
            ("ticket", Some(id), None) => Self::Ticket { id },
            ("refused", None, Some(why)) => Self::Refused { why },
            ("lost", Some(id), Some(why)) => Self::Lost { id, why },
            _ => return None,
        })
    }
}

/// Something said or done on a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comment {
    /// Its id; what customers do is sent in the order of these.
    pub id: CommentId,
    /// On which request.
    pub request_id: ServiceRequestId,
    /// What.
    pub act: RequestAction,
    /// The words, if any.
    pub text: String,
    /// Who, by name.
    pub author: String,
    /// From which side, and how far it got.
    pub delivery: DeliveryState,
    /// When.
    pub at: Timestamp,
}

/// From which side a comment came, and how far it got.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DeliveryState {
    /// From here, not at the service desk yet.
    Waiting {
        /// When it was last sent; the service desk may have it.
        sent_at: Option<Timestamp>,
    },
    /// From here, and there it is this entry. Closing and reopening make none.
    Sent {
        /// The entry's id.
        entry: Option<String>,
    },
    /// From here, and the service desk did not take it.
    Refused {
        /// In its words.
        why: String,
    },
    /// From the service desk.
    Desk {
        /// The entry's id.
        entry: String,
    },
    /// From the service desk, which took it back.
    Withdrawn {
        /// The entry's id.
        entry: String,
    },
}

impl DeliveryState {
    /// The name used in the database.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Waiting { .. } => "waiting",
            Self::Sent { .. } => "sent",
            Self::Refused { .. } => "refused",
            Self::Desk { .. } => "desk",
            Self::Withdrawn { .. } => "withdrawn",
        }
    }

    /// The entry's id at the service desk.
    pub fn entry(&self) -> Option<&str> {
        match self {
            Self::Sent { entry } => entry.as_deref(),
            Self::Desk { entry } | Self::Withdrawn { entry } => Some(entry),
            _ => None,
        }
    }

    /// Reads it back.
    pub fn parse(name: &str, entry: Option<String>, sent_at: Option<Timestamp>, note: Option<String>) -> Option<Self> {
        Some(match (name, entry) {
            ("waiting", _) => Self::Waiting { sent_at },
            ("sent", entry) => Self::Sent { entry },
            ("refused", _) => Self::Refused { why: note? },
            ("desk", Some(entry)) => Self::Desk { entry },
            ("withdrawn", Some(entry)) => Self::Withdrawn { entry },
            _ => return None,
        })
    }
}

/// A file, as pages and e-mails name it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileNamed {
    /// Its id.
    pub id: RequestFileId,
    /// Its name.
    pub name: String,
}

impl ServiceRequest {
    /// By what the ticket is recognised when the service desk's answer was lost: part of its description, and random.
    pub fn marker(&self) -> String {
        format!("Portal reference {}", mark(&self.id.0))
    }

    /// What it is searched by: everything a person would type, in lower case.
    pub fn search_text(&self) -> String {
        let device = self.device.as_ref().map(|device| device.name.as_str()).unwrap_or_default();
        let ticket = self.mirror.ticket().unwrap_or_default();
        let answers: Vec<&str> = self.answers.iter().map(|(_, answer)| answer.as_str()).collect();
        let parts = [&self.subject, &self.description, device, ticket, &self.person_name, &answers.join(" ")];
        parts.join("\n").to_lowercase()
    }
}

impl Comment {
    /// By what the note is recognised when the service desk's answer was lost.
    pub fn marker(&self) -> String {
        format!("(ref {})", mark(&self.id.0))
    }
}

/// The random end of a `UUIDv7`.
fn mark(id: &uuid::Uuid) -> String {
    let text = id.simple().to_string();
    text[text.len() - 14..].to_owned()
}
