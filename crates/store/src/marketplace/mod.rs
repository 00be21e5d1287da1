//! Marketplaces: effective options, correlation slots, and stored calls.

mod reads;
mod rows;
pub(crate) mod sql;
mod write;

pub use reads::StoredOptions;
