//! Marketplaces: options in force, accounts, and the calls kept for staff.

mod reads;
mod rows;
pub(crate) mod sql;
mod write;

pub use reads::StoredOptions;
