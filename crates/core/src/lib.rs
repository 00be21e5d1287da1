//! The rules of Tessera, without I/O and without a clock.
//!
//! Facts come in as [`record::Observation`]s, a [`plan::Plan`] comes out, and one transaction of the store applies it. Everything here is a
//! pure function of its arguments: time and fresh ids are passed in as a [`plan::Stamp`].

pub mod absence;
pub mod access;
pub mod activation;
pub mod actor;
pub mod asset_write;
pub mod attachment;
pub mod audience;
pub mod audit;
pub mod blog;
pub mod clock;
pub mod contact;
pub mod correlate;
pub mod credential;
pub mod customer;
mod describe;
pub mod device;
pub mod entered;
pub mod forum;
pub mod handover;
pub mod hold;
pub mod id;
pub mod identity;
pub mod invitation;
pub mod invoice;
pub mod job;
pub mod licence;
pub mod link_form;
pub mod markdown;
pub mod marketplace;
pub mod mask;
pub mod money;
pub mod normalise;
pub mod number;
pub mod observe;
pub mod person;
pub mod place;
pub mod plan;
pub mod profile;
pub mod reason;
pub mod reconcile;
pub mod record;
pub mod registration;
pub mod request;
pub mod review;
pub mod rma;
pub mod search;
pub mod session;
pub mod staff;
pub mod sweep;
pub mod timeline;
pub mod workflow;
