//! Attachments. A file is visible only through the object it is attached to.

mod reads;
mod rows;
pub(crate) mod sql;
mod write;

pub use rows::{Attached, AttachedFile};
