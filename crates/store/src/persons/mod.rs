//! Persons, places and contacts, their profiles, and who asks to be let in.

mod profiles;
mod reads;
mod registrations;
mod rows;
pub(crate) mod sql;
mod write;

pub use rows::AccessSubject;
