//! Files that people attached. A file is read through what it is attached to: whoever may not read that does not find it.

mod reads;
mod rows;
pub(crate) mod sql;
mod write;

pub use rows::{Attached, AttachedFile};
