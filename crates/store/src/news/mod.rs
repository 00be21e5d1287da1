//! News posts (`P10`): reads by visibility, and editors' changes.

mod reads;
mod rows;
pub(crate) mod sql;
mod write;

pub use rows::News;
