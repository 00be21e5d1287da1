//! Changes of attached files.

use crate::kernel::attachment::{Attachment, Owner};
use crate::kernel::ids::AttachmentId;
use crate::kernel::plan::FeatureChange;

/// A change of attached files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AttachmentChange {
    /// Attach a file (`P09`, `P10`).
    Add(Box<Attachment>),
    /// Remove an attached file.
    Remove {
        /// The file's id.
        id: AttachmentId,
        /// The object it is attached to.
        owner: Owner,
    },
}

impl FeatureChange for AttachmentChange {}
