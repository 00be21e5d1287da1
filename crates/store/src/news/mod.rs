//! The news (`P10`): what a person may read of it, and what an editor may change.

mod reads;
mod rows;
pub(crate) mod sql;
mod write;

pub use rows::News;
