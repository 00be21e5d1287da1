//! Records of outside systems, and the handles to find them.

mod reads;
pub(crate) mod rows;
pub(crate) mod sql;
pub(crate) mod write;

pub(crate) use reads::by_kind;
pub use rows::StoredRecord;
pub(crate) use rows::record_key;
