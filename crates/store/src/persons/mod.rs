//! Persons, places, contacts, profiles, and registrations.

mod profiles;
mod reads;
mod registrations;
mod rows;
pub(crate) mod sql;
mod write;

pub use rows::AccessSubject;
