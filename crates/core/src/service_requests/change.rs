//! Changes of service requests.

use jiff::Timestamp;

use crate::kernel::ids::{CommentId, ServiceRequestId};
use crate::kernel::plan::FeatureChange;
use crate::service_requests::file::RequestFile;
use crate::service_requests::workflow::Workflow;
use crate::service_requests::{Comment, DeliveryState, ServiceRequest};

/// A change of a service request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ServiceRequestChange {
    /// Insert a new service request.
    Create(Box<ServiceRequest>),
    /// Update a service request. Its stored version must be the previous one.
    Update(Box<ServiceRequest>),
    /// Update the time of the last change when a comment is added, independently of concurrent changes.
    Touch {
        /// The request.
        id: ServiceRequestId,
        /// Expected state of the ticket link, because it decides whether the comment has to be sent.
        mirror: &'static str,
        /// Time of the comment.
        at: Timestamp,
    },
    /// Insert a comment. An entry of the service desk is inserted only once.
    AddComment(Box<Comment>),
    /// Update the delivery state of a comment.
    MarkComment {
        /// The comment.
        id: CommentId,
        /// The new delivery state.
        delivery: DeliveryState,
    },
    /// Retry all comments of a request that the service desk rejected.
    RetryComments(ServiceRequestId),
    /// Store a file of a request, unless the maximum number is reached.
    KeepFile(Box<(RequestFile, Vec<u8>)>),
    /// Store a workflow. Its stored version must be the previous one.
    PutWorkflow(Workflow),
    /// Note that a request is about to be sent to the service desk, or was not sent. It is durable before the call.
    MarkSent {
        /// The request.
        id: ServiceRequestId,
        /// Expected version of the request.
        version: i64,
        /// Time of sending; `None` if the call surely had no effect.
        at: Option<Timestamp>,
    },
    /// The same for a waiting comment.
    MarkCommentSent {
        /// The comment.
        id: CommentId,
        /// Expected time of the previous attempt.
        was: Option<Timestamp>,
        /// Time of sending; `None` if the call surely had no effect.
        at: Option<Timestamp>,
    },
}

impl FeatureChange for ServiceRequestChange {}
