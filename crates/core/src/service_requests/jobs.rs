//! Jobs of service requests.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::kernel::ids::{PersonId, ServiceRequestId};
use crate::kernel::job::{JobKind, Lane, Pool};

/// Bring a service request, and what was said on it, to the service desk in order (`P09`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SyncTicket {
    /// Which.
    pub request_id: ServiceRequestId,
}

impl JobKind for SyncTicket {
    const KIND: &'static str = "sync_ticket";
    const LANE: Lane = Lane::Interactive;

    fn subject(&self) -> String {
        self.request_id.to_string()
    }

    fn pool(&self) -> Pool {
        Pool::ServiceDesk
    }
}

/// Read the tickets of the service desk that changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadTickets;

impl JobKind for ReadTickets {
    const KIND: &'static str = "read_tickets";
    const LANE: Lane = Lane::Bulk;

    fn subject(&self) -> String {
        String::new()
    }

    fn pool(&self) -> Pool {
        Pool::ServiceDesk
    }
}

/// Tell somebody of a service request, by a step of their own workflow (`P09`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailRequest {
    /// Which.
    pub request_id: ServiceRequestId,
    /// Whom.
    pub person: PersonId,
    /// What.
    pub mail: RequestMail,
    /// When it was asked for.
    pub at: Timestamp,
}

impl JobKind for MailRequest {
    const KIND: &'static str = "mail_request";
    const LANE: Lane = Lane::Normal;

    fn subject(&self) -> String {
        format!("{}:{}:{}:{}", self.request_id, self.person, self.mail.as_str(), self.at.as_microsecond())
    }

    fn pool(&self) -> Pool {
        Pool::Mail
    }
}

/// What a mail about a service request says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RequestMail {
    /// Your approval is awaited.
    Approval,
    /// For your information.
    Notice,
    /// Yours was approved.
    Approved,
    /// Yours was declined.
    Declined,
}

impl RequestMail {
    /// The name, as in the job's key.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Approval => "approval",
            Self::Notice => "notice",
            Self::Approved => "approved",
            Self::Declined => "declined",
        }
    }
}
