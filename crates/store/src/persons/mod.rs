//! Persons, places, contacts, profiles, and registrations.

pub(crate) mod privacy;
mod profiles;
mod reads;
mod registrations;
pub(crate) mod rows;
pub(crate) mod sql;
mod write;

pub use privacy::{Fate, PersonalData};
pub use rows::AccessSubject;
