//! Files of a request (`P09`).

use jiff::Timestamp;

use crate::kernel::attachment::{File, MediaType};
use crate::kernel::ids::{CommentId, RequestFileId, ServiceRequestId};
use crate::kernel::plan::Stamp;

/// Metadata of a request's file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestFile {
    /// The file's id.
    pub id: RequestFileId,
    /// The request.
    pub request_id: ServiceRequestId,
    /// The comment it was sent with; `None` if it was sent with the request.
    pub comment_id: Option<CommentId>,
    /// Sanitised file name.
    pub name: String,
    /// Detected media type.
    pub media_type: MediaType,
    /// Size in bytes.
    pub size: i64,
    /// SHA-256 of the content.
    pub sha256: [u8; 32],
    /// Time of upload.
    pub created_at: Timestamp,
    /// Actor who uploaded it.
    pub created_by: String,
}

impl RequestFile {
    /// Creates the metadata of an uploaded file.
    pub fn new(file: &File, request_id: ServiceRequestId, comment_id: Option<CommentId>, stamp: Stamp<'_>) -> Self {
        Self {
            id: stamp.id(),
            request_id,
            comment_id,
            name: file.name.clone(),
            media_type: file.media_type,
            size: file.size(),
            sha256: file.sha256(),
            created_at: stamp.now,
            created_by: stamp.actor.to_string(),
        }
    }
}
