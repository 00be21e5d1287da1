//! The types of messages, and what each says.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::kernel::ids::{PlaceId, ServiceRequestId};

/// A message's content, by type. It is stored as JSON, so messages of earlier versions must remain readable.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", content = "body", rename_all = "snake_case")]
pub enum Content {
    /// Open a service request.
    OpenServiceRequest(OpenServiceRequest),
    /// Comment on a service request.
    CommentOnServiceRequest(CommentOnServiceRequest),
    /// Close or reopen a service request.
    ChangeServiceRequestStatus(ChangeServiceRequestStatus),
    /// Open a return.
    OpenReturn(OpenReturn),
    /// Report a reading of a device.
    ReportDeviceReading(ReportDeviceReading),
}

/// Types of messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MessageType {
    /// Open a service request.
    OpenServiceRequest,
    /// Comment on a service request.
    CommentOnServiceRequest,
    /// Close or reopen a service request.
    ChangeServiceRequestStatus,
    /// Open a return.
    OpenReturn,
    /// Report a reading of a device.
    ReportDeviceReading,
}

impl MessageType {
    /// All types.
    pub const ALL: [Self; 5] = [
        Self::OpenServiceRequest,
        Self::CommentOnServiceRequest,
        Self::ChangeServiceRequestStatus,
        Self::OpenReturn,
        Self::ReportDeviceReading,
    ];

    /// The name in messages and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::OpenServiceRequest => "open_service_request",
            Self::CommentOnServiceRequest => "comment_on_service_request",
            Self::ChangeServiceRequestStatus => "change_service_request_status",
            Self::OpenReturn => "open_return",
            Self::ReportDeviceReading => "report_device_reading",
        }
    }

    /// Reads the name back.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }

    /// What it does, for staff.
    pub const fn title(self) -> &'static str {
        match self {
            Self::OpenServiceRequest => "Open a service request",
            Self::CommentOnServiceRequest => "Comment on a service request",
            Self::ChangeServiceRequestStatus => "Change the status of a service request",
            Self::OpenReturn => "Open a return",
            Self::ReportDeviceReading => "Report a device reading",
        }
    }
}

impl Content {
    /// The type.
    pub const fn kind(&self) -> MessageType {
        match self {
            Self::OpenServiceRequest(_) => MessageType::OpenServiceRequest,
            Self::CommentOnServiceRequest(_) => MessageType::CommentOnServiceRequest,
            Self::ChangeServiceRequestStatus(_) => MessageType::ChangeServiceRequestStatus,
            Self::OpenReturn(_) => MessageType::OpenReturn,
            Self::ReportDeviceReading(_) => MessageType::ReportDeviceReading,
        }
    }
}

/// Opens a service request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenServiceRequest {
    /// Code of the kind of request.
    pub kind: String,
    /// Subject.
    pub subject: String,
    /// Description.
    pub description: String,
    /// The place; by default that of the device, else the person's default place.
    pub place_id: Option<PlaceId>,
    /// The device.
    pub device_id: Option<String>,
    /// Answers to the fields that the customer's workflow requires.
    pub answers: BTreeMap<String, String>,
}

/// Comments on a service request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CommentOnServiceRequest {
    /// The request.
    pub request_id: ServiceRequestId,
    /// The comment.
    pub text: String,
}

/// Closes or reopens a service request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChangeServiceRequestStatus {
    /// The request.
    pub request_id: ServiceRequestId,
    /// The new status.
    pub status: WantedStatus,
    /// A comment.
    pub text: String,
}

/// A status that a message can ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WantedStatus {
    /// Close it.
    Closed,
    /// Reopen it.
    Open,
}

/// Opens a return.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenReturn {
    /// The place; by default that of the first device, else the person's default place.
    pub place_id: Option<PlaceId>,
    /// The lines.
    pub lines: Vec<ReturnLine>,
}

/// A line of a return.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReturnLine {
    /// The device; none for another article.
    pub device_id: Option<String>,
    /// The model of an article that is not a device.
    pub model: String,
    /// Number of units.
    pub quantity: u32,
    /// Known serial numbers.
    pub serials: Vec<String>,
    /// Code of the return reason.
    pub reason: String,
    /// Description of the problem.
    pub problem: String,
}

/// Reports a reading of a device.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ReportDeviceReading {
    /// The device.
    pub device_id: String,
    /// What was measured.
    pub measure: String,
    /// The value.
    pub value: f64,
    /// The unit.
    pub unit: Option<String>,
    /// When.
    pub measured_at: Timestamp,
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every type as stored by earlier versions.
    const STORED: [&str; 5] = [
        r#"{"type":"open_service_request","body":{"kind":"fault","subject":"It hums","description":"Loudly","place_id":null,"device_id":"9","answers":{}}}"#,
        r#"{"type":"comment_on_service_request","body":{"request_id":"01890a5d-ac96-774b-bcce-b302099a8057","text":"Still"}}"#,
        r#"{"type":"change_service_request_status","body":{"request_id":"01890a5d-ac96-774b-bcce-b302099a8057","status":"closed","text":""}}"#,
        r#"{"type":"open_return","body":{"place_id":null,"lines":[{"device_id":"9","model":"","quantity":1,"serials":[],"reason":"repair","problem":"It hums"}]}}"#,
        r#"{"type":"report_device_reading","body":{"device_id":"9","measure":"energy","value":1.5,"unit":"kWh","measured_at":"2026-11-21T14:04:00Z"}}"#,
    ];

    #[test]
    fn p17_stored_messages_remain_readable() {
        for (stored, kind) in STORED.into_iter().zip(MessageType::ALL) {
            let content: Content = serde_json::from_str(stored).unwrap();
            assert_eq!(content.kind(), kind);
            assert_eq!(MessageType::parse(kind.as_str()), Some(kind));
            assert_eq!(serde_json::to_string(&content).unwrap(), stored);
        }
    }
}
