//! Ports: what the journeys ask of the outside systems, in the hub's words.
//!
//! A port is a trait that can be held as `Arc<dyn …>`, with the types that it speaks in. The makes (Freshservice, Freshsales, SMTP, …) live in
//! `tessera-connect`, which implements these traits; the hub never names a make. What a make can do beyond the least it must is told by its
//! `capabilities()`, so that a journey never decides by a system's name. A method that a make does not offer answers
//! [`ConnectError::Unsupported`]; the traits provide that answer, so a make writes down only what it has.
//!
//! - [`ServiceDesk`]: requesters, assets and tickets.
//! - [`Crm`]: contacts.
//! - [`InvoiceSource`]: invoices, row by row.
//! - [`IdentityProvider`] and [`TokenVerifier`]: sign-in, and bearer tokens of the app API.
//! - [`MailTransport`]: messages.
//! - [`CheckpointWitness`]: places that keep a copy of a checkpoint's signed header.
//! - [`Reach`]: whether an address of ours is reached from here.
//!
//! Ports that read objects return [`Observation`]s: what the object says in the hub's words, what it said in the system's own, and when the
//! read was started.
//!
//! [`Observation`]: tessera_core::kernel::record::Observation

mod check;
mod crm;
mod error;
mod health;
mod identity_provider;
mod invoice_source;
mod mail;
mod reach;
mod reading;
mod service_desk;
mod token_verifier;
mod witness;

pub use check::{Finding, Verdict};
pub use crm::{Crm, CrmCapabilities};
pub use error::{ConnectError, FieldError};
pub use health::{Condition, Health, Quota};
pub use identity_provider::{CallbackParams, Claims, IdentityProvider, SignInError, SignInPending, SignInStart};
pub use invoice_source::{InvoiceReading, InvoiceSource, ListedInvoice, ReadingError};
pub use mail::{MailError, MailTransport, Message};
pub use reach::Reach;
pub use reading::{Order, Page, Priority};
pub use service_desk::{NewNote, NewTicket, Said, ServiceDesk, ServiceDeskCapabilities, Ticket, TicketPage};
pub use token_verifier::{BearerClaims, BearerError, TokenVerifier};
pub use witness::{CheckpointWitness, WitnessError};
