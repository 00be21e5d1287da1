//! Wording of the timeline events of service requests.

use tessera_core::kernel::timeline::Personal;
use tessera_core::service_requests::Status;
use tessera_core::service_requests::event::ServiceRequestEvent;
use tessera_core::service_requests::workflow::Step;

use super::{Wording, listed_by};
use crate::locale::text;

impl Wording for ServiceRequestEvent {
    fn staff(&self) -> String {
        match self {
            Self::RequestOpened { subject, .. } => format!("Request “{subject}” opened in the portal"),
            Self::RequestArrived { ticket, subject, .. } => {
                format!("Request “{subject}” was opened in the service desk as ticket {ticket}")
            }
            Self::RequestApproved { subject, by, .. } => format!("Request “{subject}” approved by {by}"),
            Self::RequestDeclined { subject, by, reason, .. } => {
                format!("Request “{subject}” declined by {by}: {reason}")
            }
            Self::RequestSent { ticket, subject, .. } => format!("Request “{subject}” is ticket {ticket}"),
            Self::RequestNotSent { subject, why, .. } => format!("Request “{subject}” was refused: {why}"),
            Self::RequestLost { subject, why, .. } => format!("Request “{subject}” lost its ticket: {}", why.words()),
            Self::RequestMoved { subject, status, .. } => format!("Request “{subject}”: {}", status.words()),
            Self::RequestAnswered { subject, .. } => format!("The service team answered request “{subject}”"),
            Self::RequestClosed { subject, .. } => format!("Request “{subject}” closed in the portal"),
            Self::RequestReopened { subject, .. } => format!("Request “{subject}” reopened in the portal"),
            Self::WorkflowChanged { kind, steps } if steps.is_empty() => format!("Requests “{kind}” now have no steps"),
            Self::WorkflowChanged { kind, steps } => {
                format!("Requests “{kind}” now have the steps: {}", listed_by("; ", steps, step))
            }
        }
    }

    fn customer(&self) -> Option<String> {
        match self {
            // Without the subject: it is for persons with access to its place only, but the timeline belongs to the whole
            // customer.
            Self::RequestOpened { .. } => Some(text!("timeline-request-opened")),
            Self::RequestArrived { .. } => Some(text!("timeline-request-arrived")),
            Self::RequestApproved { .. } => Some(text!("timeline-request-approved")),
            Self::RequestDeclined { .. } => Some(text!("timeline-request-declined")),
            Self::RequestSent { .. } => Some(text!("timeline-request-sent")),
            Self::RequestMoved { status, .. } => {
                Some(text!("timeline-request-moved", status = request_status(*status)))
            }
            Self::RequestAnswered { .. } => Some(text!("timeline-request-answered")),
            Self::RequestClosed { .. } => Some(text!("timeline-request-closed")),
            Self::RequestReopened { .. } => Some(text!("timeline-request-reopened")),
            Self::WorkflowChanged { .. } => Some(text!("timeline-workflow-changed")),
            Self::RequestNotSent { .. } | Self::RequestLost { .. } => None,
        }
    }
}

fn step(step: &Personal<Step>) -> String {
    match step {
        Personal::Known(step) => step.sentence(),
        Personal::Erased => "(erased)".to_owned(),
    }
}

fn request_status(status: Status) -> String {
    match status {
        Status::Approval => text!("timeline-request-status-approval"),
        Status::Declined => text!("timeline-request-status-declined"),
        Status::Received => text!("timeline-request-status-received"),
        Status::Open => text!("timeline-request-status-open"),
        Status::Pending => text!("timeline-request-status-pending"),
        Status::Resolved => text!("timeline-request-status-resolved"),
        Status::Closed => text!("timeline-request-status-closed"),
        Status::Other(_) => text!("timeline-request-status-other"),
    }
}
