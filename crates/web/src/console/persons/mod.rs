//! Persons, their places and ways to sign in, and who asks to be let in.

pub(crate) mod person;
pub(crate) mod places;
pub(crate) mod preview;
pub(crate) mod registrations;
pub(crate) mod security;
