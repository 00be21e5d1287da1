//! Search in the console and in the portal.

mod portal;
pub(crate) mod records;
mod rows;
pub(crate) mod sql;
mod write;

pub use portal::{PortalHit, PortalHits, PortalQuery};
pub use rows::{ListedCustomer, SearchHit};
