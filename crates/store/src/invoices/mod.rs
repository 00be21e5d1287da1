//! Invoices (`P09`), and the last reading of their source.

pub(crate) mod reads;
mod rows;
pub(crate) mod sql;
mod write;

pub use reads::{FeedState, InvoiceFilter};
pub use write::sorted;
