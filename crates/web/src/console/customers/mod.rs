//! Customers, and records of outside systems that do or do not belong to one.

pub(crate) mod customer;
pub(crate) mod dealings;
pub(crate) mod domains;
pub(crate) mod links;
pub(crate) mod records;
