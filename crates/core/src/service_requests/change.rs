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
    /// Write a new service request.
    Create(Box<ServiceRequest>),
    /// Write a service request as it shall be; its version must still be the one before.
    Update(Box<ServiceRequest>),
    /// Write something said or done on a request; an entry of the service desk is taken over once.
    AddComment(Box<Comment>),
    /// Write how far a comment got.
    MarkComment {
        /// Which.
        id: CommentId,
        /// How far.
        delivery: DeliveryState,
    },
    /// Send what the service desk refused of a request once more.
    RetryComments(ServiceRequestId),
    /// Keep a file of a request, as long as there is room.
    KeepFile(Box<(RequestFile, Vec<u8>)>),
    /// Put a workflow in force; nobody may have changed it since `version`.
    PutWorkflow(Workflow),
    /// Note that a request is being sent to the service desk, or was not sent after all. Durable before it is sent.
    MarkSent {
        /// Which.
        id: ServiceRequestId,
        /// Its version, which must still be this one.
        version: i64,
        /// When it is sent; none: it surely was not carried out.
        at: Option<Timestamp>,
    },
    /// The same for a comment that waits.
    MarkCommentSent {
        /// Which.
        id: CommentId,
        /// When it was sent before; nobody else may have sent it meanwhile.
        was: Option<Timestamp>,
        /// When it is sent; none: it surely was not carried out.
        at: Option<Timestamp>,
    },
}

impl FeatureChange for ServiceRequestChange {}
