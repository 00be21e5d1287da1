//! Finding records for staff, and everything a person may see for the portal.

pub(crate) mod portal;
pub(crate) mod records;
