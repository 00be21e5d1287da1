//! Persons, places and contacts, their profiles, and who asks to be let in.

pub(crate) mod persons;
pub(crate) mod profiles;
pub(crate) mod registrations;
