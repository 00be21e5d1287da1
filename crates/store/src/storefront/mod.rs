//! The storefront: products, who buys, orders and their lines.

mod reads;
mod rows;
pub(crate) mod sql;
mod write;
