//! Service requests. Reads for the portal are restricted to the person's places; journeys and staff see all requests.

pub(crate) mod reads;
mod rows;
pub(crate) mod sql;
mod write;

pub use reads::{RequestFilter, TicketPosition, TicketReading};
