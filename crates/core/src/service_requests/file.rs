//! Files of a request (`P09`).

use jiff::Timestamp;

use crate::kernel::attachment::{File, MediaType};
use crate::kernel::ids::{CommentId, RequestFileId, ServiceRequestId};
use crate::kernel::plan::Stamp;

/// A file of a request, without its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestFile {
    /// Its id.
    pub id: RequestFileId,
    /// Of which request.
    pub request_id: ServiceRequestId,
    /// With which comment it came; none: with the request itself.
    pub comment_id: Option<CommentId>,
    /// Its name, safe to save under.
    pub name: String,
    /// What it is.
    pub media_type: MediaType,
    /// How large it is, in bytes.
    pub size: i64,
    /// SHA-256 of its bytes.
    pub sha256: [u8; 32],
    /// When it came.
    pub created_at: Timestamp,
    /// From whom.
    pub created_by: String,
}

impl RequestFile {
    /// The file as a request keeps it.
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
