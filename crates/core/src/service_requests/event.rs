//! Timeline events of service requests.

use serde::{Deserialize, Serialize};
use strum::VariantNames;

use super::{Loss, Status};
use crate::kernel::ids::ServiceRequestId;
use crate::kernel::timeline::{FeatureEvent, Personal};
use crate::service_requests::workflow::Step;

/// Timeline events of service requests.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, strum::IntoStaticStr, VariantNames)]
#[serde(tag = "event", content = "detail", rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum ServiceRequestEvent {
    /// A service request was opened in the portal (`P09`).
    RequestOpened {
        /// The request.
        request_id: ServiceRequestId,
        /// Its subject.
        subject: Personal,
    },
    /// A service request was created from a ticket of the service desk.
    RequestArrived {
        /// The request.
        request_id: ServiceRequestId,
        /// Ticket number.
        ticket: String,
        /// Its subject.
        subject: Personal,
    },
    /// An approver of the customer approved a service request.
    RequestApproved {
        /// The request.
        request_id: ServiceRequestId,
        /// Its subject.
        subject: Personal,
        /// The approver's name.
        by: Personal,
    },
    /// An approver of the customer declined a service request.
    RequestDeclined {
        /// The request.
        request_id: ServiceRequestId,
        /// Its subject.
        subject: Personal,
        /// The approver's name.
        by: Personal,
        /// Reason.
        reason: Personal,
    },
    /// A service request was created as a ticket in the service desk.
    RequestSent {
        /// The request.
        request_id: ServiceRequestId,
        /// Ticket number.
        ticket: String,
        /// Its subject.
        subject: Personal,
    },
    /// The service desk rejected a service request.
    RequestNotSent {
        /// The request.
        request_id: ServiceRequestId,
        /// Its subject.
        subject: Personal,
        /// Reason.
        why: Personal,
    },
    /// The ticket of a service request was deleted, or belongs to another requester.
    RequestLost {
        /// The request.
        request_id: ServiceRequestId,
        /// Its subject.
        subject: Personal,
        /// Reason.
        why: Loss,
    },
    /// The service desk changed the status of a service request.
    RequestMoved {
        /// The request.
        request_id: ServiceRequestId,
        /// Its subject.
        subject: Personal,
        /// The new status.
        status: Status,
    },
    /// The service team answered a service request.
    RequestAnswered {
        /// The request.
        request_id: ServiceRequestId,
        /// Its subject.
        subject: Personal,
    },
    /// A service request was closed in the portal.
    RequestClosed {
        /// The request.
        request_id: ServiceRequestId,
        /// Its subject.
        subject: Personal,
    },
    /// A service request was reopened in the portal.
    RequestReopened {
        /// The request.
        request_id: ServiceRequestId,
        /// Its subject.
        subject: Personal,
    },
    /// A customer's administrator changed the approval workflow of a kind of request.
    WorkflowChanged {
        /// The kind's name at that time.
        kind: String,
        /// The workflow's steps.
        steps: Vec<Personal<Step>>,
    },
}

impl FeatureEvent for ServiceRequestEvent {
    const NAMES: &'static [&'static str] = Self::VARIANTS;

    fn name(&self) -> &'static str {
        self.into()
    }
}
