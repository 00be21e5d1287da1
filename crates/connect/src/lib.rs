//! Clients of the outside systems, which implement the ports of the hub, and the infrastructure they share.
//!
//! Every call to an outside system goes through [`discipline::Client`]: timeouts, a call budget with a reserve for
//! interactive calls, retries with jitter, a circuit breaker and redacted logs. On top of it, there is one folder per
//! product:
//!
//! - [`freshservice`]: a [`ServiceDesk`](tessera_hub::ports::ServiceDesk).
//! - [`freshsales`]: a [`Crm`](tessera_hub::ports::Crm), whose won deals are an [`InvoiceSource`](tessera_hub::ports::InvoiceSource).
//! - [`invoice_feed`]: an [`InvoiceSource`](tessera_hub::ports::InvoiceSource), as JSON or CSV.
//! - [`contacts_csv`]: a [`Crm`](tessera_hub::ports::Crm), as a CSV file.
//! - [`feed`]: locations of exported files and how to fetch them; used by other clients.
//! - [`oidc`]: an [`IdentityProvider`](tessera_hub::ports::IdentityProvider), and a [`TokenVerifier`](tessera_hub::ports::TokenVerifier).
//! - [`mail`]: a [`MailTransport`](tessera_hub::ports::MailTransport), by SMTP.
//! - [`audit_witness`]: [`CheckpointWitness`](tessera_hub::ports::CheckpointWitness), called without budget or retries.
//! - [`service_manager`]: [`ServiceManagers`](tessera_hub::ports::ServiceManagers), whose calls are made once, with limits and a circuit
//!   breaker for each vendor.
//! - [`reachability`]: checks whether the hub's public address is [reachable](tessera_hub::ports::Reach).
//!
//! Of the hub, this crate uses only `tessera_hub::ports`.

pub mod audit_witness;
pub mod contacts_csv;
mod decoded;
pub mod discipline;
pub mod feed;
pub mod freshsales;
pub mod freshservice;
#[cfg(feature = "fuzzing")]
pub mod fuzzing;
mod http_client;
pub mod invoice_feed;
mod lenient_json;
pub mod mail;
pub mod oidc;
pub mod reachability;
pub mod service_manager;
mod vendor_hosts;

pub use discipline::{Environment, SetupError, Sleeper};
