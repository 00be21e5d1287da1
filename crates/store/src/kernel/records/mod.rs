//! Records of outside systems, and what they are found by.

mod reads;
pub(crate) mod rows;
pub(crate) mod sql;
pub(crate) mod write;

pub use rows::StoredRecord;
