//! The marketplace's platform: accounts, service managers, links with vendors, operations, and the calls made.

pub(crate) mod imports;
pub(crate) mod lists;
mod reads;
mod rows;
pub(crate) mod sql;
mod write;

pub use reads::AccountValue;
