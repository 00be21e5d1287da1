//! Clients of the outside systems, and the discipline they share.
//!
//! Every conversation with an outside system goes through [`discipline::Client`]: timeouts, a budget of calls with a reserve for people who
//! wait, retries with jitter, a circuit breaker and redacted logs. On top of it, one connector per system:
//!
//! - [`freshservice`]: requesters and assets of the service desk.
//! - [`freshsales`]: contacts of the CRM.
//! - [`oidc`]: sign-in at an identity provider, and bearer tokens of the app API.
//! - [`invoices`]: feeds of invoices, as JSON or CSV.
//! - [`mail`]: messages by SMTP.
//! - [`witness`]: places that keep a copy of what was signed. Each is told on its own, without budget or retries.
//!
//! Connectors that read objects return [`tessera_core::kernel::record::Observation`]s: what the object says in the hub's words, what it said in the
//! system's own, and when the read was started.

pub mod discipline;
pub mod freshsales;
pub mod freshservice;
pub mod invoice_feed;
mod lenient_json;
pub mod mail;
pub mod oidc;
pub mod reach;
pub mod witness;

pub use discipline::{ConnectError, Environment, Health, Priority, SetupError};

use tessera_core::kernel::record::Observation;

/// One page of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// The objects, in the system's order.
    pub items: Vec<Observation>,
    /// Whether the system says that another page follows.
    pub next: bool,
    /// How many objects the whole list has, if the system tells.
    pub total: Option<u64>,
}

/// The order in which a list is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// Oldest first, by creation: new objects come at the end, so that a full pass misses none.
    Created,
    /// Last changed first: a pass may stop at the watermark of the one before.
    LatestChange,
}
