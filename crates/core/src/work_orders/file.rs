//! Photos and other files of a work order.

use jiff::Timestamp;

use crate::kernel::attachment::{File, MediaType};
use crate::kernel::ids::{WorkFileId, WorkNoteId, WorkOrderId};
use crate::kernel::plan::Stamp;

/// Metadata of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkFile {
    /// The file's id.
    pub id: WorkFileId,
    /// The work order.
    pub work_order_id: WorkOrderId,
    /// The note that it came with.
    pub note_id: WorkNoteId,
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

impl WorkFile {
    /// Creates the metadata of an uploaded file.
    pub fn new(file: &File, work_order_id: WorkOrderId, note_id: WorkNoteId, stamp: Stamp<'_>) -> Self {
        Self {
            id: stamp.id(),
            work_order_id,
            note_id,
            name: file.name.clone(),
            media_type: file.media_type,
            size: file.size(),
            sha256: file.sha256(),
            created_at: stamp.now,
            created_by: stamp.actor.to_string(),
        }
    }
}
