//! Clients of the outside systems, which implement the ports of the hub, and the discipline they share.
//!
//! Every conversation with an outside system goes through [`discipline::Client`]: timeouts, a budget of calls with a reserve for people who
//! wait, retries with jitter, a circuit breaker and redacted logs. On top of it, one folder per product:
//!
//! - [`freshservice`]: a [`ServiceDesk`](tessera_hub::ports::ServiceDesk).
//! - [`freshsales`]: a [`Crm`](tessera_hub::ports::Crm), whose won deals are an [`InvoiceSource`](tessera_hub::ports::InvoiceSource).
//! - [`invoice_feed`]: an [`InvoiceSource`](tessera_hub::ports::InvoiceSource), as JSON or CSV.
//! - [`contacts_csv`]: a [`Crm`](tessera_hub::ports::Crm), in a CSV file.
//! - [`feed`]: where exported files are, and how they are fetched; no client of its own.
//! - [`oidc`]: an [`IdentityProvider`](tessera_hub::ports::IdentityProvider), and a [`TokenVerifier`](tessera_hub::ports::TokenVerifier).
//! - [`mail`]: a [`MailTransport`](tessera_hub::ports::MailTransport), by SMTP.
//! - [`witness`]: each a [`CheckpointWitness`](tessera_hub::ports::CheckpointWitness), told on its own, without budget or retries.
//! - [`reach`]: whether our own address is [reached](tessera_hub::ports::Reach) from here.
//!
//! Of the hub, only `tessera_hub::ports` is used here.

pub mod audit_witness;
pub mod contacts_csv;
pub mod discipline;
pub mod feed;
pub mod freshsales;
pub mod freshservice;
pub mod invoice_feed;
mod lenient_json;
pub mod mail;
pub mod oidc;
pub mod reachability;

pub use discipline::{Environment, SetupError};
