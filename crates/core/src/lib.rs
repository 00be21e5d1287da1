//! The rules of Tessera, without I/O and without a clock.
//!
//! Input are [`kernel::record::Observation`]s, output is a [`kernel::plan::Plan`], which the store applies in one
//! transaction. All functions are pure: time and new ids are passed in as a [`kernel::plan::Stamp`].

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
pub mod marketplace_platform;
pub mod messages;
pub mod news;
pub mod persons;
pub mod returns;
pub mod search;
pub mod service_requests;
pub mod staff;
pub mod storefront;
pub mod sync;
pub mod work_orders;
