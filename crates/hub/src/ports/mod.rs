//! Ports: what the journeys ask of the outside systems, in the hub's words.
//!
//! A port is a trait that can be held as `Arc<dyn …>`, together with its types. `tessera-connect` implements the ports, one folder per product
//! (Freshservice, Freshsales, SMTP, …); the hub never names a product. `capabilities()` says what a product can do beyond the minimum, so that a
//! journey never decides by a name. A method that a product does not offer answers [`ConnectError::Unsupported`], which is the default of the
//! trait: a client implements only what its product has.
//!
//! - [`ServiceDesk`] – requesters, assets and tickets.
//! - [`Crm`] – contacts.
//! - [`InvoiceSource`] – invoices, row by row.
//! - [`IdentityProvider`] and [`TokenVerifier`] – sign-in, and bearer tokens of the app API.
//! - [`MailTransport`] – messages.
//! - [`CheckpointWitness`] – places that keep a copy of a checkpoint's signed header.
//! - [`ServiceManagers`] – vendors that the marketplace calls.
//! - [`Reach`] – whether an address of ours is reached from here.
//!
//! Ports that read objects return [`Observation`]s: what the object says in the hub's words, what it said in the system's own, and when the
//! read was started.
//!
//! [`Observation`]: tessera_core::kernel::record::Observation

mod call_ledger;
mod call_meter;
pub(crate) mod check;
mod crm;
mod error;
mod health;
mod identity_provider;
mod invoice_source;
mod mail;
mod reach;
mod reading;
mod service_desk;
mod service_managers;
mod token_verifier;
mod waiting;
mod witness;

pub use call_ledger::{CallLedger, LedgerError, Spending};
pub use call_meter::{CallEnded, CallMeter, CallOutcome, CalledSystem};
pub use check::{Finding, Verdict};
pub use crm::{Crm, CrmCapabilities};
pub use error::{ConnectError, FieldError};
pub use health::{Condition, Health, Quota};
pub use identity_provider::{
    CallbackParams, Claims, IdentityProvider, ProviderProbe, ProviderSignOut, SignInError, SignInPending, SignInStart,
};
pub use invoice_source::{InvoiceReading, InvoiceSource, ListedInvoice, ReadingError};
pub use mail::{MailError, MailTransport, Message, StartedMail};
pub use reach::Reach;
pub use reading::{Order, Page, Priority};
pub use service_desk::{NewNote, NewTicket, Said, ServiceDesk, ServiceDeskCapabilities, Ticket, TicketPage};
pub use service_managers::{
    ServiceManagers, VendorCallError, VendorCheck, VendorFinding, VendorFindings, VendorReply, VendorRequest,
    VendorRule,
};
pub use token_verifier::{BearerClaims, BearerError, TokenVerifier};
pub(crate) use waiting::{MAX_WAIT_OF_A_JOB, OnlyAMoment, Waits, giving_way};
pub use waiting::{max_wait, may_wait};
pub use witness::{CheckpointWitness, WitnessError};
