//! Returns (`P09`).

pub(crate) mod reads;
mod rows;
pub(crate) mod sql;
mod write;

pub use reads::ReturnFilter;
