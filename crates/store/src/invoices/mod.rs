//! Invoices (`P09`), and how the last reading of their source went.

pub(crate) mod reads;
mod rows;
pub(crate) mod sql;
mod write;

pub use reads::{FeedState, InvoiceFilter};
pub use write::sorted;
