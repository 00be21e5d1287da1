//! Who may use which portal, and how many at once.

pub(crate) mod portal_access;
mod role_functions;
pub(crate) mod seats;
