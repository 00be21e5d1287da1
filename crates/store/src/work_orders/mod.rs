//! Work orders, and the parts that they use.

mod reads;
mod rows;
pub(crate) mod sql;
mod write;

pub use reads::{PartStock, WorkOrderFilter};
