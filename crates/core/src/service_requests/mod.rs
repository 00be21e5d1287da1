//! Service requests of customers to the service team (`P09`, `P15`).
//!
//! The hub owns the request. After its approval workflow, it is mirrored as a ticket of the service desk: customers'
//! comments are sent there in order, public answers are copied back.

mod act;
pub mod change;
mod desk;
pub mod event;
pub mod file;
pub mod jobs;
mod open;
mod status;
mod ticket_body;
mod ticket_class;
mod ticket_number;
pub mod workflow;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::kernel::ids::{CommentId, CustomerId, PersonId, PlaceId, RequestFileId, ServiceRequestId};
use crate::kernel::unicode::searchable;
use crate::service_requests::workflow::Run;

pub use act::{RequestAction, RequestActionError, allows, comment, decided, may_decide, may_retry, retry};
pub(crate) use act::{report, solved};
pub use desk::{
    Loss, TicketEntry, TicketState, adopt, answered, apply_ticket, arrived, lost, missing, refused, unlinked,
};
pub use open::{Opening, open};
pub use status::Status;
pub use ticket_body::{note_html, ticket_html};
pub use ticket_class::{TicketClass, TicketMatch, device_in_text};
pub use ticket_number::{possible_ticket_number, ticket_number};

/// Maximum length of a subject, in characters.
pub const MAX_SUBJECT_LENGTH: usize = 150;
/// Maximum length of a description or comment, in characters.
pub const MAX_TEXT_LENGTH: usize = 10_000;

/// A service request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceRequest {
    /// The request's id.
    pub id: ServiceRequestId,
    /// Version for optimistic locking.
    pub version: i64,
    /// The customer.
    pub customer_id: CustomerId,
    /// The place. People with access to the place can see the request.
    pub place_id: PlaceId,
    /// The person who opened it; `None` if it was opened in the service desk.
    pub person_id: Option<PersonId>,
    /// Name of the person who opened it.
    pub person_name: String,
    /// Configured code of the kind of request.
    pub kind: String,
    /// Subject line.
    pub subject: String,
    /// Description of the problem.
    pub description: String,
    /// The device concerned (`P15`).
    pub device: Option<DeviceNamed>,
    /// Additional fields of the customer's workflow, with the answers.
    pub answers: Vec<(String, String)>,
    /// Current status.
    pub status: Status,
    /// Connection with the ticket.
    pub mirror: TicketLink,
    /// Time when the ticket was first sent. Without a ticket number, the service desk may or may not have created it.
    pub sent_at: Option<Timestamp>,
    /// Start of the last read of the ticket.
    pub read_at: Option<Timestamp>,
    /// Time of the first lookup that did not find the ticket.
    pub missing_since: Option<Timestamp>,
    /// Progress through the customer's workflow.
    pub run: Run,
    /// Time of creation.
    pub created_at: Timestamp,
    /// Time of the last change.
    pub updated_at: Timestamp,
}

/// A device that a request refers to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceNamed {
    /// Configured name of its system.
    pub system: String,
    /// Its id in that system.
    pub external_id: String,
    /// Its name when the request was opened.
    pub name: String,
}

/// Connection of a request with its ticket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TicketLink {
    /// Not to be sent: the workflow is not complete, or the request was withdrawn before.
    Held,
    /// Waiting to be sent.
    Waiting,
    /// Waiting until the customer has a requester in the service desk.
    Unlinked,
    /// Connected with a ticket.
    Ticket {
        /// Ticket number.
        id: String,
    },
    /// Rejected by the service desk.
    Refused {
        /// The service desk's error, with a remedy.
        why: String,
    },
    /// The ticket was deleted, or belongs to another requester.
    Lost {
        /// Ticket number.
        id: String,
        /// Reason.
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

    /// Ticket number, if any.
    pub fn ticket(&self) -> Option<&str> {
        match self {
            Self::Ticket { id } | Self::Lost { id, .. } => Some(id),
            _ => None,
        }
    }

    /// The explanation of a rejection or loss.
    pub fn note(&self) -> Option<&str> {
        match self {
            Self::Refused { why } | Self::Lost { why, .. } => Some(why),
            _ => None,
        }
    }

    /// Reads it from its columns in the database.
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

/// A comment or action on a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comment {
    /// Time-ordered id. Comments of customers are sent in this order.
    pub id: CommentId,
    /// The request.
    pub request_id: ServiceRequestId,
    /// Kind of comment.
    pub act: RequestAction,
    /// Text; may be empty.
    pub text: String,
    /// The author's name.
    pub author: String,
    /// Origin and delivery state.
    pub delivery: DeliveryState,
    /// Time of writing.
    pub at: Timestamp,
}

/// Origin of a comment, and its delivery state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DeliveryState {
    /// From the portal, not yet delivered to the service desk.
    Waiting {
        /// Time of the last attempt. The service desk may have received it.
        sent_at: Option<Timestamp>,
    },
    /// From the portal, delivered. Closing and reopening create no entry.
    Sent {
        /// The entry's id in the service desk.
        entry: Option<String>,
    },
    /// From the portal, rejected by the service desk.
    Refused {
        /// Error message of the service desk.
        why: String,
    },
    /// From the service desk.
    Desk {
        /// The entry's id in the service desk.
        entry: String,
    },
    /// From the service desk, made private afterwards.
    Withdrawn {
        /// The entry's id in the service desk.
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

    /// The entry's id in the service desk.
    pub fn entry(&self) -> Option<&str> {
        match self {
            Self::Sent { entry } => entry.as_deref(),
            Self::Desk { entry } | Self::Withdrawn { entry } => Some(entry),
            _ => None,
        }
    }

    /// Reads it from its columns in the database.
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

/// A file's id and name, for pages and e-mails.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileNamed {
    /// The file's id.
    pub id: RequestFileId,
    /// The file's name.
    pub name: String,
}

impl ServiceRequest {
    /// Random marker in the ticket's description, which identifies the ticket if the answer to the creating call is
    /// lost.
    pub fn marker(&self) -> String {
        format!("Portal reference {}", mark(&self.id.0))
    }

    /// Text for the search in requests, in lower case.
    pub fn search_text(&self) -> String {
        let device = self.device.as_ref().map(|device| device.name.as_str()).unwrap_or_default();
        let ticket = self.mirror.ticket().unwrap_or_default();
        let answers: Vec<&str> = self.answers.iter().map(|(_, answer)| answer.as_str()).collect();
        let parts = [&self.subject, &self.description, device, ticket, &self.person_name, &answers.join(" ")];
        searchable(&parts.join("\n")).to_lowercase()
    }
}

impl Comment {
    /// Marker in the note, which identifies it if the answer to the creating call is lost.
    pub fn marker(&self) -> String {
        format!("(ref {})", mark(&self.id.0))
    }
}

/// The end of a `UUIDv7`, which a counter and 32 random bits make unique.
fn mark(id: &uuid::Uuid) -> String {
    let text = id.simple().to_string();
    text[text.len() - 14..].to_owned()
}
