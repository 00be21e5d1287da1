//! Persons, their places and sign-in methods, and registration requests.

pub(crate) mod messages;
pub(crate) mod person;
pub(crate) mod places;
pub(crate) mod preview;
pub(crate) mod privacy;
pub(crate) mod registrations;
pub(crate) mod security;
