//! Changes of service requests.

use tessera_core::service_requests::change::ServiceRequestChange;

use super::{Describe, sending};

impl Describe for ServiceRequestChange {
    fn describe(&self) -> String {
        match self {
            Self::Create(it) => format!("create request “{}”", it.subject),
            Self::Update(it) => format!("request “{}” is {}", it.subject, it.status.as_str()),
            Self::Touch { id, .. } => format!("request {id} has a new comment"),
            Self::AddComment(it) => format!("comment of {}", it.author),
            Self::MarkComment { delivery, .. } => format!("the comment is {}", delivery.as_str()),
            Self::RetryComments(id) => format!("send refused comments of request {id} again"),
            Self::KeepFile(it) => format!("keep the file {}", it.0.name),
            Self::MarkSent { id, at, .. } => format!("request {id} is {}", sending(*at)),
            Self::MarkCommentSent { id, at, .. } => format!("comment {id} is {}", sending(*at)),
            Self::PutWorkflow(it) => format!("workflow of {} requests: {} steps", it.kind, it.steps.len()),
        }
    }
}
