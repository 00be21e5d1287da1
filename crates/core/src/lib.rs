//! The rules of Tessera, without I/O and without a clock.
//!
//! Facts come in as [`kernel::record::Observation`]s, a [`kernel::plan::Plan`] comes out, and one transaction of the store applies it. Everything here is a
//! pure function of its arguments: time and fresh ids are passed in as a [`kernel::plan::Stamp`].

pub mod access;
pub mod activation;
pub mod audit;
pub mod credentials;
pub mod devices;
pub mod explain;
pub mod forum;
pub mod invitations;
pub mod invoices;
pub mod kernel;
pub mod marketplace;
pub mod news;
pub mod persons;
pub mod returns;
pub mod search;
pub mod service_requests;
pub mod staff;
pub mod sync;
