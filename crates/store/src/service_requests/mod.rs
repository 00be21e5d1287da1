//! Service requests: for their portal, where every read carries the reader's places, and for the journeys and staff, who see them all.

pub(crate) mod reads;
mod rows;
pub(crate) mod sql;
mod write;

pub use reads::{RequestFilter, TicketReading};
