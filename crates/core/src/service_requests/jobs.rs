//! Jobs of service requests.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::kernel::ids::{PersonId, ServiceRequestId};
use crate::kernel::job::{JobKind, Lane, Pool};

/// Send a service request and its comments to the service desk, in order (`P09`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SyncTicket {
    /// The request.
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

/// Read changed tickets of the service desk.
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

/// Notify a person of a service request, as a step of the workflow (`P09`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailRequest {
    /// The request.
    pub request_id: ServiceRequestId,
    /// Recipient.
    pub person: PersonId,
    /// Kind of mail.
    pub mail: RequestMail,
    /// Time of the triggering change.
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

/// Kinds of mail about a service request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RequestMail {
    /// Asks an approver to decide.
    Approval,
    /// Notification without action.
    Notice,
    /// The recipient's request was approved.
    Approved,
    /// The recipient's request was declined.
    Declined,
}

impl RequestMail {
    /// The name used in the job's key.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Approval => "approval",
            Self::Notice => "notice",
            Self::Approved => "approved",
            Self::Declined => "declined",
        }
    }
}
