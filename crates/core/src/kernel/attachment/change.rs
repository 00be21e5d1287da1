//! Changes of attached files.

use crate::kernel::attachment::{Attachment, Owner};
use crate::kernel::ids::AttachmentId;
use crate::kernel::plan::FeatureChange;

/// A change of the files attached to something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AttachmentChange {
    /// Attach a file (`P09`, `P10`).
    Add(Box<Attachment>),
    /// Take an attached file away.
    Remove {
        /// Which.
        id: AttachmentId,
        /// What it is attached to.
        owner: Owner,
    },
}

impl FeatureChange for AttachmentChange {}
